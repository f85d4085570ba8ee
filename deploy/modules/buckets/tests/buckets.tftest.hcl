mock_provider "aws" {
  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::b" }
  }
}

run "documents" {
  module {
    source = "../documents"
  }
  variables {
    prefix        = "dev-"
    bucket_prefix = "colegios-dev-"
    account_id    = "123456789012"
    region        = "us-east-1"
  }
}

variables {
  kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/k"
}

run "buckets_are_private_and_encrypted" {
  variables {
    buckets   = run.documents.buckets
    retention = run.documents.retention
  }
  assert {
    condition     = alltrue([for one in aws_s3_bucket_public_access_block.this : one.block_public_acls && one.block_public_policy && one.ignore_public_acls && one.restrict_public_buckets])
    error_message = "A bucket can be made public."
  }
  assert {
    condition     = alltrue([for bucket in aws_s3_bucket_server_side_encryption_configuration.this : one(one(bucket.rule).apply_server_side_encryption_by_default).kms_master_key_id == var.kms_key_arn])
    error_message = "A bucket is encrypted with another key."
  }
  assert {
    condition     = alltrue([for one in aws_s3_bucket_policy.this : toset(jsondecode(one.policy).Statement[*].Sid) == toset(["TlsOnly", "DeletingNeedsASecondFactor"])])
    error_message = "A bucket takes plain HTTP, or is deleted without a second factor."
  }
  assert {
    condition     = alltrue([for one in aws_s3_bucket.this : !one.force_destroy])
    error_message = "A bucket would be emptied."
  }
}

run "the_lake_keeps_what_schools_wrote" {
  variables {
    buckets   = run.documents.buckets
    retention = run.documents.retention
  }
  assert {
    condition     = toset([for rule in aws_s3_bucket_lifecycle_configuration.lake["luca-data-lake"].rule : rule.id if length(rule.expiration) > 0]) == toset(["answers"])
    error_message = "More than copies expires."
  }
  assert {
    condition     = keys(aws_s3_bucket_versioning.this) == [for name, bucket in var.buckets : name if bucket.versioning]
    error_message = "The document says otherwise."
  }
}

run "what_may_be_thrown_away_can_be" {
  variables {
    buckets             = run.documents.buckets
    retention           = run.documents.retention
    deletion_protection = false
  }
  assert {
    condition     = alltrue([for one in aws_s3_bucket.this : one.force_destroy]) && alltrue([for one in aws_s3_bucket_policy.this : jsondecode(one.policy).Statement[*].Sid == ["TlsOnly"]])
    error_message = "`destroy` would fail."
  }
}
