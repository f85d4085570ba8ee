# The clock, the sync, the lake and the trail, wired to the rest.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_region" {
    defaults = { name = "us-east-1" }
  }
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }
  mock_data "aws_availability_zones" {
    defaults = { names = ["us-east-1a", "us-east-1b", "us-east-1c"] }
  }
}

variables {
  prefix        = "dev-"
  bucket_prefix = "colegios-dev-"
  image_tag     = "0123abc"
}

run "as_it_is_usually" {
  command = plan

  assert {
    condition     = output.schedule_group == "dev-luca-ticks"
    error_message = "The clock is another environment's."
  }
  assert {
    condition     = module.lake.database == "dev_luca_lake" && module.lake.workgroups == { schools = "dev-luca-lake", operators = "dev-luca-lake-operators" }
    error_message = "The lake is another environment's."
  }
  assert {
    condition     = length(module.lake.pipe_arns) == 2
    error_message = "Pipes fill the lake unless somebody says otherwise."
  }
  assert {
    condition     = module.audit.name == "dev-luca-audit-trail" && output.trail_bucket == "colegios-dev-luca-cloudtrail-logs"
    error_message = "The trail is another environment's."
  }
  assert {
    condition     = length(module.replication) == 0
    error_message = "No second region unless somebody says so."
  }
}

run "with_a_second_region" {
  command = plan
  variables {
    second_region = "us-west-2"
    second        = { region = "us-west-2", kms_key_arn = "arn:aws:kms:us-west-2:123456789012:key/mrk-1" }
  }

  assert {
    condition     = module.replication[0].copied_buckets == { luca-data = "colegios-dev-luca-data-second" }
    error_message = "Files are copied into this environment's own copy."
  }
}

run "a_second_region_that_was_not_prepared_is_refused" {
  command = plan
  variables {
    second = { region = "us-west-2", kms_key_arn = "arn:aws:kms:us-west-2:123456789012:key/mrk-1" }
  }
  expect_failures = [var.second]
}

run "nobody_fails_over_into_two_regions" {
  command = plan
  variables {
    second_region = "us-west-2"
    second        = { region = "us-west-2", kms_key_arn = "arn:aws:kms:us-west-2:123456789012:key/mrk-1" }
    lost_region   = { region = "us-east-1", kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/mrk-1" }
  }
  expect_failures = [var.lost_region]
}
