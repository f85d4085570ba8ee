# The trail sees everything, nobody removes its files, and the operators are told.

mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
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
  account_id       = "123456789012"
  region           = "us-east-1"
  table_arn        = "arn:aws:dynamodb:us-east-1:123456789012:table/dev-luca-platform"
  bucket_arns      = ["arn:aws:s3:::colegios-dev-luca-data", "arn:aws:s3:::colegios-dev-luca-data-lake"]
  kms_key_arn      = "arn:aws:kms:us-east-1:123456789012:key/k"
  alerts_topic_arn = "arn:aws:sns:us-east-1:123456789012:dev-luca-ops-alerts"
}

run "the_trail" {
  command = plan
  variables {
    audit = run.documents.audit
  }

  assert {
    condition     = aws_cloudtrail.this[0].is_multi_region_trail && aws_cloudtrail.this[0].enable_log_file_validation && aws_cloudtrail.this[0].kms_key_id == var.kms_key_arn
    error_message = "All regions, validated, encrypted."
  }
  assert {
    condition     = length(aws_cloudtrail.this[0].advanced_event_selector) == 3 && !anytrue(flatten([for one in aws_cloudtrail.this[0].advanced_event_selector : [for field in one.field_selector : field.field == "userIdentity.arn"]]))
    error_message = "Nothing is left out unless somebody says so."
  }
  assert {
    condition     = contains(flatten([for one in aws_cloudtrail.this[0].advanced_event_selector : [for field in one.field_selector : field.field == "resources.ARN" && field.starts_with != null ? field.starts_with : []]]), "arn:aws:s3:::colegios-dev-luca-data/")
    error_message = "With the slash: `luca-data` must not stand for `luca-data-lake` as well."
  }
  assert {
    condition     = aws_s3_bucket.this.bucket == "colegios-dev-luca-cloudtrail-logs" && aws_s3_bucket.this.object_lock_enabled && !aws_s3_bucket.this.force_destroy
    error_message = "The trail's bucket carries the buckets' prefix and is locked."
  }
  assert {
    condition     = aws_s3_bucket_object_lock_configuration.this.rule[0].default_retention[0].mode == "COMPLIANCE" && aws_s3_bucket_object_lock_configuration.this.rule[0].default_retention[0].days == 365
    error_message = "Nobody removes a file for a year."
  }
  assert {
    condition     = anytrue([for statement in data.aws_iam_policy_document.bucket.statement : statement.sid == "TlsOnly" && statement.effect == "Deny"])
    error_message = "TLS only."
  }
  assert {
    condition     = toset(jsondecode(aws_cloudwatch_event_rule.this["trail"].event_pattern).detail.eventName) == toset(["StopLogging", "DeleteTrail", "UpdateTrail", "PutEventSelectors"])
    error_message = "Who stops, deletes or changes the trail is told of."
  }
  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.this["table-unprotected"].event_pattern).detail.requestParameters.deletionProtectionEnabled == [false]
    error_message = "Who turns the table's protection off is told of; who changes anything else of it is not."
  }
  assert {
    condition     = contains(jsondecode(aws_cloudwatch_event_rule.this["key"].event_pattern).detail.eventName, "ScheduleKeyDeletion")
    error_message = "Who wants the key deleted is told of."
  }
  assert {
    condition     = contains(jsondecode(aws_cloudwatch_event_rule.this["bucket"].event_pattern).detail.requestParameters.bucketName, "colegios-dev-luca-cloudtrail-logs")
    error_message = "The watched buckets are this environment's."
  }
  assert {
    condition     = alltrue([for target in aws_cloudwatch_event_target.operators : target.arn == var.alerts_topic_arn && can(jsondecode(target.input_transformer[0].input_template))])
    error_message = "The operators' topic gets a sentence."
  }
}

run "without_the_application" {
  command = plan
  variables {
    audit              = run.documents.audit
    left_out_role_arns = ["arn:aws:sts::123456789012:assumed-role/dev-luca-tenant/"]
  }

  assert {
    condition     = length([for one in aws_cloudtrail.this[0].advanced_event_selector : one if anytrue([for field in one.field_selector : field.field == "userIdentity.arn"])]) == 2
    error_message = "Only data events leave the application's sessions out."
  }
}

run "half_a_role_is_refused" {
  command = plan
  variables {
    audit              = run.documents.audit
    left_out_role_arns = ["arn:aws:sts::123456789012:assumed-role/dev-luca-tenant"]
  }
  expect_failures = [var.left_out_role_arns]
}

run "nobody_keeps_files_for_less_time_than_they_are_locked" {
  command = plan
  variables {
    audit     = run.documents.audit
    keep_days = 300
  }
  expect_failures = [var.keep_days]
}
