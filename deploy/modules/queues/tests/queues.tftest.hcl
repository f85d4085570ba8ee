mock_provider "aws" {
  mock_resource "aws_sqs_queue" {
    defaults = { arn = "arn:aws:sqs:us-east-1:123456789012:q" }
  }
}

run "documents" {
  module {
    source = "../documents"
  }
  variables {
    prefix        = "dev-"
    bucket_prefix = "x-"
    account_id    = "123456789012"
    region        = "us-east-1"
  }
}

run "messages_wait_two_weeks" {
  variables {
    queues = run.documents.queues
  }
  assert {
    condition     = alltrue([for queue in merge(aws_sqs_queue.this, { for name, dead in aws_sqs_queue.dead : "${name}-dlq" => dead }) : queue.message_retention_seconds == 14 * 24 * 3600])
    error_message = "A queue forgets sooner."
  }
  assert {
    condition     = keys(aws_sqs_queue.this) == keys(aws_sqs_queue.dead) && alltrue([for queue in aws_sqs_queue.this : jsondecode(queue.redrive_policy).maxReceiveCount >= 3])
    error_message = "A queue has no dead letters."
  }
}

run "they_are_encrypted_and_travel_encrypted" {
  variables {
    queues = run.documents.queues
  }
  assert {
    condition     = alltrue([for queue in values(merge(aws_sqs_queue.this, { for name, dead in aws_sqs_queue.dead : "${name}-dlq" => dead })) : queue.sqs_managed_sse_enabled])
    error_message = "A queue is not encrypted."
  }
  assert {
    condition     = length(aws_sqs_queue_policy.tls) == 2 * length(var.queues) && alltrue([for one in aws_sqs_queue_policy.tls : jsondecode(one.policy).Statement[0].Condition.Bool["aws:SecureTransport"] == "false"])
    error_message = "A queue takes plain HTTP."
  }
}

run "nobody_elses_letters_come_in" {
  variables {
    queues = run.documents.queues
  }
  assert {
    condition     = alltrue([for one in aws_sqs_queue_redrive_allow_policy.dead : jsondecode(one.redrive_allow_policy).redrivePermission == "byQueue"])
    error_message = "Any queue may put letters there."
  }
}
