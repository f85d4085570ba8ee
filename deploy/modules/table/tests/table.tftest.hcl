mock_provider "aws" {
  mock_resource "aws_dynamodb_table" {
    defaults = { arn = "arn:aws:dynamodb:us-east-1:123456789012:table/dev-luca-platform" }
  }
}

run "documents" {
  module {
    source = "../documents"
  }
  variables {
    prefix        = "dev-"
    bucket_prefix = "x-"
    account_id    = "123456789012"
    region        = "us-east-1"
  }
}

variables {
  kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/k"
}

run "the_table_is_kept" {
  variables {
    table = run.documents.table
  }
  assert {
    condition     = aws_dynamodb_table.this.deletion_protection_enabled
    error_message = "Deletion protection is off."
  }
  assert {
    condition     = aws_dynamodb_table.this.point_in_time_recovery[0].enabled && aws_dynamodb_table.this.point_in_time_recovery[0].recovery_period_in_days == 35
    error_message = "The table cannot be put back to 35 days ago."
  }
  assert {
    condition     = jsondecode(aws_dynamodb_resource_policy.guard[0].policy).Statement[0].Condition.BoolIfExists["aws:MultiFactorAuthPresent"] == "false"
    error_message = "Deleting the table needs no second factor."
  }
  assert {
    condition     = can(regex("replication[.]dynamodb", jsondecode(aws_dynamodb_resource_policy.guard[0].policy).Statement[0].Condition.ArnNotLike["aws:PrincipalArn"]))
    error_message = "DynamoDB's own role is refused: a replica would stop."
  }
  assert {
    condition     = aws_dynamodb_resource_policy.guard[0].confirm_remove_self_resource_access
    error_message = "DynamoDB refuses a policy that keeps its author from changing it, unless told that this is meant."
  }
}

run "it_is_what_the_document_says" {
  variables {
    table = run.documents.table
  }
  assert {
    condition     = aws_dynamodb_table.this.billing_mode == "PAY_PER_REQUEST" && aws_dynamodb_table.this.stream_view_type == "NEW_AND_OLD_IMAGES"
    error_message = "On demand, with both images in the stream."
  }
  assert {
    condition     = one(aws_dynamodb_table.this.ttl).attribute_name == "ttl" && one(aws_dynamodb_table.this.ttl).enabled
    error_message = "Nothing expires."
  }
  assert {
    condition     = one(aws_dynamodb_table.this.server_side_encryption).kms_key_arn == var.kms_key_arn
    error_message = "Encrypted with another key."
  }
  assert {
    condition     = toset(aws_dynamodb_table.this.global_secondary_index[*].name) == toset(["GSI1", "GSI2"])
    error_message = "Other indexes."
  }
}

run "what_may_be_thrown_away_can_be" {
  variables {
    table               = run.documents.table
    deletion_protection = false
  }
  assert {
    condition     = !aws_dynamodb_table.this.deletion_protection_enabled && length(aws_dynamodb_resource_policy.guard) == 0
    error_message = "`destroy` would fail."
  }
}
