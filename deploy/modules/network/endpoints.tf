# DynamoDB and S3 have endpoints that cost nothing. Each of the others costs 0.01 USD an hour and zone
# (7.30 a month) and 0.01 a GB, and spares the NAT's 0.045 a GB. They pay from some 160 GB a month and
# service in one zone, or where nothing may leave AWS at all (`nat = "none"`).

locals {
  interface = toset(var.interface_endpoints)
}

# Only for principals of this account: a stolen key of another account carries nothing out this way.
data "aws_iam_policy_document" "own_account" {
  for_each = toset(["dynamodb", "s3"])

  statement {
    sid       = "OwnPrincipalsOnly"
    actions   = ["${each.key}:*"]
    resources = ["*"] # what a role may reach its own policy says; this says who may come at all

    principals {
      type        = "*"
      identifiers = ["*"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalAccount"
      values   = [var.account_id]
    }
  }

  dynamic "statement" {
    for_each = each.key == "s3" ? ["layers"] : []
    content {
      sid       = "LayersOfImages" # ECR hands them out from a bucket of its own, signed by itself
      actions   = ["s3:GetObject"]
      resources = ["arn:aws:s3:::prod-${var.region}-starport-layer-bucket/*"]

      principals {
        type        = "*"
        identifiers = ["*"]
      }
    }
  }
}

resource "aws_vpc_endpoint" "gateway" {
  for_each = toset(["dynamodb", "s3"])

  vpc_id            = aws_vpc.this.id
  service_name      = "com.amazonaws.${var.region}.${each.key}"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = aws_route_table.private[*].id
  policy            = data.aws_iam_policy_document.own_account[each.key].json

  tags = { Name = "${var.prefix}luca-${each.key}" }
}

resource "aws_vpc_endpoint" "interface" {
  for_each = local.interface

  vpc_id              = aws_vpc.this.id
  service_name        = "com.amazonaws.${var.region}.${each.key}"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = aws_subnet.private[*].id
  security_group_ids  = [aws_security_group.endpoints.id]

  tags = { Name = "${var.prefix}luca-${each.key}" }
}
