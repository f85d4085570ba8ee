# Both machines, without anybody's data in their logs.

mock_provider "aws" {}

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

run "machines" {
  command = plan
  variables {
    machines    = run.documents.machines
    role_arn    = run.documents.role_arns["machine"]
    kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/k"
  }

  assert {
    condition     = aws_sfn_state_machine.this["luca-govsync"].name == "dev-luca-govsync" && aws_sfn_state_machine.this["luca-govsync-parent"].name == "dev-luca-govsync-parent"
    error_message = "Both machines carry the environment's prefix."
  }
  assert {
    condition     = alltrue([for machine in aws_sfn_state_machine.this : machine.type == "STANDARD" && machine.tracing_configuration[0].enabled])
    error_message = "Standard machines, traced."
  }
  assert {
    condition     = alltrue([for machine in aws_sfn_state_machine.this : machine.logging_configuration[0].include_execution_data == false && machine.logging_configuration[0].level == "ERROR"])
    error_message = "No state's data gets into a log."
  }
  assert {
    condition     = alltrue([for group in aws_cloudwatch_log_group.this : group.retention_in_days == 30 && group.kms_key_id != null])
    error_message = "Logs are encrypted and gone after 30 days."
  }
  assert {
    condition     = strcontains(aws_sfn_state_machine.this["luca-govsync-parent"].definition, "stateMachine:dev-luca-govsync\"") && strcontains(aws_sfn_state_machine.this["luca-govsync"].definition, "123456789012/dev-govsync-queue\"") && !strcontains(aws_sfn_state_machine.this["luca-govsync"].definition, "$${")
    error_message = "The machines name the environment's own queue and machine."
  }
}

run "one_machine_is_not_enough" {
  command = plan
  variables {
    machines    = { luca-govsync = { name = "luca-govsync", definition = "{}" } }
    role_arn    = "arn:aws:iam::123456789012:role/r"
    kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/k"
  }
  expect_failures = [var.machines]
}
