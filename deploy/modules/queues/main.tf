# deploy/queues.json as queues, each with its dead letters.
#
# Encrypted by SQS's own key: at 5,000 messages a second a key of ours would be asked, and paid,
# for every sender and receiver, and every service that sends would need a right on it.

locals {
  kept_longest = 1209600 # 14 days, SQS's limit: dead letters wait for a human
}

resource "aws_sqs_queue" "dead" {
  for_each                  = var.queues
  name                      = each.value.dlq_name
  message_retention_seconds = local.kept_longest
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue" "this" {
  for_each                   = var.queues
  name                       = each.value.name
  visibility_timeout_seconds = each.value.visibility_timeout_seconds
  message_retention_seconds  = each.value.message_retention_seconds
  max_message_size           = try(each.value.maximum_message_size_bytes, 262144)
  receive_wait_time_seconds  = 20 # an empty queue answers one call in 20 s and not twenty
  sqs_managed_sse_enabled    = true
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead[each.key].arn
    maxReceiveCount     = each.value.max_receive_count
  })
}

# Only its own queue may put letters there.
resource "aws_sqs_queue_redrive_allow_policy" "dead" {
  for_each  = var.queues
  queue_url = aws_sqs_queue.dead[each.key].id
  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [aws_sqs_queue.this[each.key].arn]
  })
}

locals {
  all = merge(
    { for name, queue in aws_sqs_queue.this : name => queue },
    { for name, queue in aws_sqs_queue.dead : "${name}-dlq" => queue },
  )
}

resource "aws_sqs_queue_policy" "tls" {
  for_each  = toset(flatten([for name in keys(var.queues) : [name, "${name}-dlq"]]))
  queue_url = local.all[each.key].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TlsOnly"
      Effect    = "Deny"
      Principal = { AWS = "*" }
      Action    = "sqs:*" # a refusal of everything
      Resource  = local.all[each.key].arn
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}
