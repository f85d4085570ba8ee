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

run "operators_see_this_environment" {
  command = plan

  assert {
    condition     = output.dashboard_name == "dev-Luca-Production-Overview"
    error_message = "The dashboard has another environment's name."
  }
  assert {
    condition     = length(module.observability.alarm_names) == length(module.documents.alarms.alarms) && alltrue([for name in values(module.observability.alarm_names) : startswith(name, "dev-Luca-")])
    error_message = "An alarm is missing, or has another environment's name."
  }
  assert {
    condition     = local.metric_settings == { LUCA_METRIC_NAMESPACE = "Luca/Platform/dev", LUCA_METRIC_SCHOOLS = "none" }
    error_message = "The image counts elsewhere, or schools are paid for that nobody named."
  }
  assert {
    condition     = contains(module.observability.query_names, "dev-Luca-Errors-By-Tenant")
    error_message = "A saved query is missing."
  }
}

run "production_is_seen_by_plain_names" {
  command = plan
  variables {
    prefix         = ""
    bucket_prefix  = "colegios-"
    metric_schools = ["sor-juana", "benito-juarez"]
    slack          = { workspace_id = "T0123ABCD", channel_id = "C0123ABCD" }
  }

  assert {
    condition     = local.metric_settings == { LUCA_METRIC_NAMESPACE = "Luca/Platform", LUCA_METRIC_SCHOOLS = "sor-juana,benito-juarez" }
    error_message = "The image counts elsewhere."
  }
  assert {
    condition     = module.observability.alarm_names["p95-latency"] == "Luca-P95-Latency-Alert"
    error_message = "Operators know it by this name."
  }
}

run "more_schools_than_the_bound_are_refused" {
  command = plan
  variables {
    metric_schools = [for number in range(51) : "school-${number}"]
  }
  expect_failures = [var.metric_schools]
}
