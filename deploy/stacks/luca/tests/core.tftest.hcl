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
  prefix        = ""
  bucket_prefix = "colegios-"
  image_tag     = "0123abc"
}

run "production_is_called_what_operators_know" {
  command = plan
  assert {
    condition     = output.table_name == "luca-platform"
    error_message = output.table_name
  }
  assert {
    condition     = output.bucket_names["luca-data-lake"] == "colegios-luca-data-lake"
    error_message = jsonencode(output.bucket_names)
  }
  assert {
    condition     = keys(output.queue_urls) == ["behavior-events-queue", "govsync-queue", "luca-tasks-queue"] && contains(keys(output.topic_arns), "luca-ops-alerts")
    error_message = "A queue or a topic is missing."
  }
  assert {
    condition     = output.dashboard_name == "Luca-Production-Overview" && length(setsubtract(["Luca-P95-Latency-Alert", "Luca-StepFunction-Failure-Alert"], keys(module.documents.names))) == 0
    error_message = "The dashboard or an alarm is called something else."
  }
}

run "what_runs_may_do_no_more_than_the_documents_say" {
  command = plan
  assert {
    condition     = toset(keys(output.role_arns)) == toset(keys(module.documents.trusts))
    error_message = "A role is missing, or one more is there."
  }
  assert {
    condition     = length(regexall("dynamodb:(Scan|PartiQL[A-Za-z]*|[*])", module.documents.policies["tenant"])) == 0
    error_message = module.documents.policies["tenant"]
  }
}

run "logs_are_kept_as_long_as_privacy_says" {
  command = plan
  variables {
    log_retention_days = 365
  }
  expect_failures = [var.log_retention_days]
}

run "an_unknown_runtime_is_refused" {
  command = plan
  variables {
    api_runtime = "lambda"
  }
  expect_failures = [var.api_runtime]
}
