mock_provider "aws" {
  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:us-east-1:123456789012:t" }
  }
}

variables {
  topics      = { luca-ops-alerts = { name = "dev-luca-ops-alerts" } }
  account_id  = "123456789012"
  kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/k"
}

run "people_are_written_to" {
  variables {
    emails = { luca-ops-alerts = ["ana@school.mx", "luis@school.mx"] }
  }
  assert {
    condition     = toset([for one in aws_sns_topic_subscription.email : one.endpoint]) == toset(["ana@school.mx", "luis@school.mx"])
    error_message = "Somebody is not told."
  }
  assert {
    condition     = aws_sns_topic.this["luca-ops-alerts"].kms_master_key_id == var.kms_key_arn
    error_message = "With AWS's own key no alarm could tell the topic."
  }
}

run "alarms_of_this_account_and_rules_tell_it" {
  assert {
    condition     = one([for one in jsondecode(aws_sns_topic_policy.this["luca-ops-alerts"].policy).Statement : one.Condition.StringEquals["aws:SourceAccount"] if contains(flatten([try(one.Principal.Service, [])]), "cloudwatch.amazonaws.com")]) == var.account_id
    error_message = "Another account's alarm could wake our operators."
  }
  assert {
    # EventBridge knows no conditions there: a rule would run and nothing would arrive.
    condition     = alltrue([for one in jsondecode(aws_sns_topic_policy.this["luca-ops-alerts"].policy).Statement : !can(one.Condition) if contains(flatten([try(one.Principal.Service, [])]), "events.amazonaws.com")])
    error_message = "A rule's message would be dropped."
  }
}

run "an_address_is_one" {
  command = plan
  variables {
    emails = { luca-ops-alerts = ["ana"] }
  }
  expect_failures = [var.emails]
}
