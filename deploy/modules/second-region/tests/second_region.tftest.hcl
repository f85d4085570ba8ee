# What stands in the second region before anything is lost.

mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
}

variables {
  buckets    = { luca-data = { name = "colegios-luca-data", copy = "colegios-luca-data-second" } }
  account_id = "123456789012"
  region     = "us-west-2"
}

run "copies_have_a_place" {
  command = plan
  variables {
    primary_key_arn = "arn:aws:kms:us-east-1:123456789012:key/mrk-1"
  }

  assert {
    condition     = aws_s3_bucket.this["luca-data"].bucket == "colegios-luca-data-second" && aws_s3_bucket_versioning.this["luca-data"].versioning_configuration[0].status == "Enabled"
    error_message = "S3 copies only into a bucket with versions."
  }
  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.this["luca-data"].rule[0].noncurrent_version_expiration[0].noncurrent_days == 35
    error_message = "Old versions end here as they do there."
  }
}

run "a_key_of_one_region_is_refused" {
  command = plan
  variables {
    primary_key_arn = "arn:aws:kms:us-east-1:123456789012:key/1"
  }
  expect_failures = [var.primary_key_arn]
}
