# Every tick becomes a schedule that sends what a worker understands.

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

run "every_tick_is_scheduled" {
  command = plan
  variables {
    group        = run.documents.schedules.group
    dead_letters = run.documents.schedules.dead_letters
    ticks        = run.documents.ticks
    queue_arns   = { luca-tasks-queue = "arn:aws:sqs:us-east-1:123456789012:dev-luca-tasks-queue" }
    role_arn     = run.documents.role_arns["scheduler"]
  }

  assert {
    condition     = output.name == "dev-luca-ticks" && aws_sqs_queue.dead.name == "dev-luca-ticks-dlq"
    error_message = "The group and its dead letters carry the environment's prefix."
  }
  assert {
    condition     = length(aws_scheduler_schedule.this) == 8 && alltrue([for schedule in aws_scheduler_schedule.this : schedule.state == "ENABLED"])
    error_message = "Every tick of schedules.json is scheduled."
  }
  assert {
    condition     = aws_scheduler_schedule.this["govsync.quarter"].schedule_expression == "cron(0 2 1 1,4,7,10 ? *)" && aws_scheduler_schedule.this["govsync.quarter"].schedule_expression_timezone == "America/Mexico_City"
    error_message = "The quarter begins at two o'clock in Mexico City on its first day."
  }
  assert {
    condition     = alltrue([for task, schedule in aws_scheduler_schedule.this : jsondecode(schedule.target[0].input).headers.task == task])
    error_message = "A tick names its own task."
  }
  assert {
    condition     = alltrue([for schedule in aws_scheduler_schedule.this : jsondecode(schedule.target[0].input).properties.delivery_info.routing_key == "dev-luca-tasks-queue"])
    error_message = "A tick names the queue as the environment calls it: Celery routes by it."
  }
  assert {
    condition     = alltrue([for schedule in aws_scheduler_schedule.this : strcontains(schedule.target[0].input, "\"<aws.scheduler.scheduled-time>\"") && !strcontains(schedule.target[0].input, "$${")])
    error_message = "Scheduler's placeholders stay as they are, and ours are filled in."
  }
  assert {
    condition     = alltrue([for schedule in aws_scheduler_schedule.this : schedule.target[0].retry_policy[0].maximum_event_age_in_seconds >= 60 && schedule.target[0].retry_policy[0].maximum_event_age_in_seconds <= 86400])
    error_message = "Scheduler takes 60 to 86,400 seconds."
  }
  assert {
    condition     = aws_sqs_queue.dead.message_retention_seconds == 1209600
    error_message = "Dead letters wait 14 days."
  }
}

run "an_encoded_message_is_refused" {
  command = plan
  variables {
    group        = "g"
    dead_letters = { queue = "d", message_retention_seconds = 60 }
    ticks        = { "a.b" = { name = "a.b", queue = "q", expression = "rate(1 minute)", timezone = "UTC", expires_after_seconds = 60, means = "m", input = jsonencode({ id = "<aws.scheduler.execution-id>" }) } }
    queue_arns   = { q = "arn:aws:sqs:us-east-1:123456789012:q" }
    role_arn     = "arn:aws:iam::123456789012:role/r"
  }
  expect_failures = [var.ticks]
}
