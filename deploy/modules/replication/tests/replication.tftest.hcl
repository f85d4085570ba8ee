# What goes to the second region, and by which key.

mock_provider "aws" {}

variables {
  buckets           = { luca-data = { name = "colegios-luca-data", copy = "colegios-luca-data-second" } }
  role_arn          = "arn:aws:iam::123456789012:role/luca-replica"
  account_id        = "123456789012"
  repository_prefix = "luca"
}

run "copies" {
  command = plan
  variables {
    second = { region = "us-west-2", kms_key_arn = "arn:aws:kms:us-west-2:123456789012:key/mrk-1" }
  }

  assert {
    condition     = aws_s3_bucket_replication_configuration.this["luca-data"].rule[0].destination[0].bucket == "arn:aws:s3:::colegios-luca-data-second" && aws_s3_bucket_replication_configuration.this["luca-data"].rule[0].destination[0].encryption_configuration[0].replica_kms_key_id == "arn:aws:kms:us-west-2:123456789012:key/mrk-1"
    error_message = "Copies are encrypted by the replica of the key."
  }
  assert {
    condition     = aws_s3_bucket_replication_configuration.this["luca-data"].rule[0].delete_marker_replication[0].status == "Enabled"
    error_message = "What is deleted here is deleted there."
  }
  assert {
    condition     = aws_s3_bucket_replication_configuration.this["luca-data"].rule[0].source_selection_criteria[0].sse_kms_encrypted_objects[0].status == "Enabled"
    error_message = "Encrypted files are copied, too."
  }
}

run "a_key_of_the_wrong_region_is_refused" {
  command = plan
  variables {
    second = { region = "us-west-2", kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/mrk-1" }
  }
  expect_failures = [var.second]
}
