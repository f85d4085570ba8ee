# Who did what to the account, the table and the buckets (deploy/audit.json): a trail of all
# regions. bucket.tf is where its files lie, watching.tf who is told of what.

locals {
  # A list of no or one element: with no roles to leave out there is no such field.
  left_out = length(var.left_out_role_arns) > 0 ? [var.left_out_role_arns] : []

  data_events = {
    "Every look into the table"   = { type = "AWS::DynamoDB::Table", equals = [var.table_arn], starts_with = null }
    "Every look into the buckets" = { type = "AWS::S3::Object", equals = null, starts_with = [for arn in var.bucket_arns : "${arn}/"] }
  }
}

resource "aws_cloudtrail" "this" {
  count                         = var.trail_enabled ? 1 : 0
  name                          = var.audit.trail
  s3_bucket_name                = aws_s3_bucket.this.id
  kms_key_id                    = var.kms_key_arn
  is_multi_region_trail         = true # who means harm goes where nobody looks
  include_global_service_events = true
  enable_log_file_validation    = true # `aws cloudtrail validate-logs` finds a file that was changed or is gone

  # With the key's own events: ScheduleKeyDeletion is one, and EventBridge hears only what a trail logs.
  advanced_event_selector {
    name = "What changes the account"
    field_selector {
      field  = "eventCategory"
      equals = ["Management"]
    }
  }

  dynamic "advanced_event_selector" {
    for_each = local.data_events
    iterator = of
    content {
      name = of.key

      field_selector {
        field  = "eventCategory"
        equals = ["Data"]
      }
      field_selector {
        field  = "resources.type"
        equals = [of.value.type]
      }
      field_selector {
        field       = "resources.ARN"
        equals      = of.value.equals
        starts_with = of.value.starts_with
      }

      dynamic "field_selector" {
        for_each = local.left_out
        content {
          field           = "userIdentity.arn"
          not_starts_with = field_selector.value
        }
      }
    }
  }

  depends_on = [aws_s3_bucket_policy.this] # CloudTrail looks whether it may write before it begins
}
