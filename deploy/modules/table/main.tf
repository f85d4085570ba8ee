# deploy/table.json as a table. What the document does not say is said here: encryption, and who
# may delete it.

locals {
  keys = distinct(concat(
    [var.table.hash_key, var.table.range_key],
    flatten([for index in values(var.table.indexes) : [index.hash_key, index.range_key]]),
  ))
}

resource "aws_dynamodb_table" "this" {
  name                        = var.table.name
  billing_mode                = var.table.billing_mode
  hash_key                    = var.table.hash_key
  range_key                   = var.table.range_key
  stream_enabled              = true
  stream_view_type            = var.table.stream_view_type
  deletion_protection_enabled = var.deletion_protection && var.table.deletion_protection

  dynamic "attribute" {
    for_each = toset(local.keys)
    content {
      name = attribute.value
      type = "S"
    }
  }

  dynamic "global_secondary_index" {
    for_each = var.table.indexes
    content {
      name            = global_secondary_index.key
      hash_key        = global_secondary_index.value.hash_key
      range_key       = global_secondary_index.value.range_key
      projection_type = global_secondary_index.value.projection
    }
  }

  ttl {
    attribute_name = var.table.ttl_attribute
    enabled        = true
  }

  point_in_time_recovery {
    enabled                 = true
    recovery_period_in_days = var.table.point_in_time_recovery_days
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = var.kms_key_arn
  }

  dynamic "replica" {
    for_each = var.replicas
    content {
      region_name            = replica.key
      kms_key_arn            = replica.value
      point_in_time_recovery = true
    }
  }
}

# Whoever came without a second factor deletes nothing, whatever its own policy allows. CI has no
# second factor: so a pipeline can never delete the table. Where deletion protection is off, an
# environment is meant to be destroyed, and this would stop it.
resource "aws_dynamodb_resource_policy" "guard" {
  count        = var.deletion_protection ? 1 : 0
  resource_arn = aws_dynamodb_table.this.arn

  # Whoever applies without a second factor locks itself out of this policy, and DynamoDB wants that said.
  confirm_remove_self_resource_access = true
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "DeletingNeedsASecondFactor"
      Effect    = "Deny"
      Principal = { AWS = "*" }
      # And this policy itself, or it would be deleted first.
      Action   = ["dynamodb:DeleteTable", "dynamodb:DeleteTableReplica", "dynamodb:DeleteResourcePolicy", "dynamodb:PutResourcePolicy"]
      Resource = aws_dynamodb_table.this.arn
      # IfExists: the session of a role that never had the choice carries no such key, and is refused too.
      # Not DynamoDB's own role: refused anything of its policy, it stops replicating, and after 20 hours
      # the replica is a table of its own for good.
      Condition = {
        BoolIfExists = { "aws:MultiFactorAuthPresent" = "false" }
        ArnNotLike   = { "aws:PrincipalArn" = "arn:aws:iam::*:role/aws-service-role/replication.dynamodb.amazonaws.com/*" }
      }
    }]
  })
}
