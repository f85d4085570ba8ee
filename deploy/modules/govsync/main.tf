# deploy/asl as state machines: one school's sync, and the one that maps over schools.

resource "aws_cloudwatch_log_group" "this" {
  for_each = var.machines
  # Under this prefix the log delivery service has its right already: the policy that grants it
  # elsewhere has a limit of 5,120 characters for the whole account.
  name              = "/aws/vendedlogs/states/${each.value.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

resource "aws_sfn_state_machine" "this" {
  for_each   = var.machines
  name       = each.value.name
  type       = "STANDARD" # a run takes up to 47 hours and waits for tokens: Express can do neither
  role_arn   = var.role_arn
  definition = each.value.definition

  logging_configuration {
    log_destination        = "${aws_cloudwatch_log_group.this[each.key].arn}:*"
    include_execution_data = false # states hold ids of schools and people
    level                  = var.log_level
  }

  tracing_configuration {
    enabled = true
  }
}
