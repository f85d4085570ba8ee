# deploy/schedules.json as EventBridge schedules: each puts one native Celery message on a queue.
# On one machine beat does the same, made of the same file (luca/aws/ticks.py).
#
# No key of ours: a schedule holds the name of a task and no data. Scheduler would need a right on
# the key, and whoever loses the key would lose the clock as well.

locals {
  # Scheduler's own bounds. What it could not deliver by then is worth nothing any more.
  event_age = { for task, tick in var.ticks : task => min(86400, max(60, tick.expires_after_seconds)) }
}

resource "aws_scheduler_schedule_group" "this" {
  name = var.group
}

resource "aws_scheduler_schedule" "this" {
  for_each                     = var.ticks
  name                         = each.value.name
  description                  = substr(each.value.means, 0, 512)
  group_name                   = aws_scheduler_schedule_group.this.name
  schedule_expression          = each.value.expression
  schedule_expression_timezone = each.value.timezone
  state                        = var.enabled ? "ENABLED" : "DISABLED"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = var.queue_arns[each.value.queue]
    role_arn = var.role_arn
    input    = each.value.input

    retry_policy {
      maximum_event_age_in_seconds = local.event_age[each.key]
      maximum_retry_attempts       = 185 # the most; the age is what ends it
    }

    dead_letter_config {
      arn = aws_sqs_queue.dead.arn
    }
  }
}

# What Scheduler could not put on its queue. Nobody needs to redrive it but the quarter's: the next
# tick does the same work (decision 37).
resource "aws_sqs_queue" "dead" {
  name                      = var.dead_letters.queue
  message_retention_seconds = var.dead_letters.message_retention_seconds
  sqs_managed_sse_enabled   = true
}

data "aws_iam_policy_document" "tls" {
  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["sqs:*"]
    resources = [aws_sqs_queue.dead.arn]
    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_sqs_queue_policy" "tls" {
  queue_url = aws_sqs_queue.dead.id
  policy    = data.aws_iam_policy_document.tls.json
}
