# Off unless somebody asks for it, and for what belongs to no school alone: the list of schools,
# the authority's breaker, the schema of event types (decision 36).
#
# What keeps schools apart is the session that each call to DynamoDB is signed with. DAX answers
# everybody with its own one role, and ElastiCache asks for no role at all: a school's row in either of
# them is a row that every process may read. So the role below reaches PLATFORM#… and nothing else.

locals {
  dax    = var.dax.enabled ? 1 : 0
  valkey = var.valkey.enabled ? 1 : 0
}

data "aws_iam_policy_document" "trust" {
  count = local.dax

  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["dax.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.account_id]
    }
  }
}

data "aws_iam_policy_document" "platform_items" {
  count = local.dax

  statement {
    sid       = "ReadPlatformItemsOnly"
    actions   = ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"]
    resources = [var.table_arn]

    condition {
      test     = "ForAllValues:StringLike"
      variable = "dynamodb:LeadingKeys"
      values   = ["PLATFORM#*"]
    }
    # ForAllValues alone is true where there is no key at all, as in a Scan.
    condition {
      test     = "Null"
      variable = "dynamodb:LeadingKeys"
      values   = ["false"]
    }
  }

  statement {
    sid       = "KnowTheTablesKeys"
    actions   = ["dynamodb:DescribeTable"]
    resources = [var.table_arn]
  }

  statement {
    sid       = "ItsKeyThroughDynamoDB"
    actions   = ["kms:Decrypt"]
    resources = [var.kms_key_arn]
    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["dynamodb.${var.region}.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "dax" {
  count                = local.dax
  name                 = "${var.name}-dax"
  description          = "Luca's DAX: platform items, to read. No school's."
  assume_role_policy   = data.aws_iam_policy_document.trust[0].json
  permissions_boundary = var.permissions_boundary_arn
}

resource "aws_iam_role_policy" "dax" {
  count  = local.dax
  name   = "platform-items"
  role   = aws_iam_role.dax[0].id
  policy = data.aws_iam_policy_document.platform_items[0].json
}

resource "aws_security_group" "cache" {
  count       = max(local.dax, local.valkey)
  name        = "${var.name}-cache"
  description = "Caches of what belongs to no school: Luca's tasks reach them, nobody else."
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "cache" {
  for_each                     = { for name, port in { dax = 9111, valkey = 6379 } : name => port if(name == "dax" ? local.dax : local.valkey) == 1 }
  security_group_id            = aws_security_group.cache[0].id
  description                  = "From Luca's tasks (${each.key})."
  referenced_security_group_id = var.task_security_group_id
  ip_protocol                  = "tcp"
  from_port                    = each.value
  to_port                      = each.value
}

# Tasks are let out by HTTPS only: each cache is one door more.
resource "aws_vpc_security_group_egress_rule" "tasks" {
  for_each                     = { for name, port in { dax = 9111, valkey = 6379 } : name => port if(name == "dax" ? local.dax : local.valkey) == 1 }
  security_group_id            = var.task_security_group_id
  description                  = "To the cache of what belongs to no school (${each.key})."
  referenced_security_group_id = aws_security_group.cache[0].id
  ip_protocol                  = "tcp"
  from_port                    = each.value
  to_port                      = each.value
}

resource "aws_dax_subnet_group" "this" {
  count      = local.dax
  name       = var.name
  subnet_ids = var.private_subnet_ids
}

resource "aws_dax_cluster" "this" {
  count                            = local.dax
  cluster_name                     = substr(var.name, 0, 20) # DAX takes no longer name
  iam_role_arn                     = aws_iam_role.dax[0].arn
  node_type                        = var.dax.node_type
  replication_factor               = var.dax.nodes
  subnet_group_name                = aws_dax_subnet_group.this[0].name
  security_group_ids               = [aws_security_group.cache[0].id]
  cluster_endpoint_encryption_type = "TLS"

  server_side_encryption {
    enabled = true
  }

  depends_on = [aws_iam_role_policy.dax]
}

resource "aws_elasticache_serverless_cache" "this" {
  count                = local.valkey
  name                 = "${var.name}-platform"
  description          = "Luca: what belongs to no school."
  engine               = "valkey"
  major_engine_version = "8"
  kms_key_id           = var.kms_key_arn
  subnet_ids           = var.private_subnet_ids
  security_group_ids   = [aws_security_group.cache[0].id]

  cache_usage_limits {
    data_storage {
      maximum = var.valkey.gigabytes
      unit    = "GB"
    }
    ecpu_per_second {
      maximum = var.valkey.ecpu_per_second
    }
  }
}
