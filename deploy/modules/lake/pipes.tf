# The table's stream to Firehose: two pipes, and between filter and Firehose our own function, so
# that there is one rule for what a row is (decision 21).

locals {
  with_pipes = var.writer == "pipes" ? toset(["pipes"]) : toset([])
}

resource "aws_cloudwatch_log_group" "function" {
  for_each          = local.with_pipes
  name              = "/aws/lambda/${var.pipes.function.name}"
  retention_in_days = var.pipes.function.log_retention_days
  kms_key_id        = var.kms_key_arn
}

# In no network: it reaches nothing and is handed all it needs. It has no variables, and so none to encrypt.
resource "aws_lambda_function" "rows" {
  for_each         = local.with_pipes
  function_name    = var.pipes.function.name
  description      = "Changes of the table to rows of the lake"
  role             = var.role_arns["rows"]
  filename         = var.function_package
  source_code_hash = fileexists(var.function_package) ? filebase64sha256(var.function_package) : null
  handler          = var.pipes.function.handler
  runtime          = var.pipes.function.runtime
  architectures    = [var.pipes.function.architecture]
  memory_size      = var.pipes.function.memory_mb
  timeout          = var.pipes.function.timeout_seconds

  tracing_config {
    mode = "Active"
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.function[each.key].name
  }
}

resource "aws_sqs_queue" "dead" {
  for_each                  = local.with_pipes
  name                      = var.pipes.dead_letters.queue
  message_retention_seconds = var.pipes.dead_letters.message_retention_seconds
  sqs_managed_sse_enabled   = true # a letter names shard and sequence, no record
}

data "aws_iam_policy_document" "tls" {
  for_each = local.with_pipes
  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["sqs:*"]
    resources = [aws_sqs_queue.dead[each.key].arn]
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
  for_each  = local.with_pipes
  queue_url = aws_sqs_queue.dead[each.key].id
  policy    = data.aws_iam_policy_document.tls[each.key].json
}

resource "aws_cloudwatch_log_group" "pipe" {
  for_each          = local.pipes
  name              = "/aws/vendedlogs/pipes/${each.key}"
  retention_in_days = var.delivery.log_retention_days
  kms_key_id        = var.kms_key_arn
}

resource "aws_pipes_pipe" "this" {
  for_each    = local.pipes
  name        = each.key
  description = "What changes in the table, to the lake's ${each.value.dataset}"
  role_arn    = var.role_arns["pipe"]
  source      = var.stream_arn
  enrichment  = aws_lambda_function.rows["pipes"].arn
  target      = aws_kinesis_firehose_delivery_stream.this[each.value.stream].arn

  source_parameters {
    filter_criteria {
      dynamic "filter" {
        for_each = each.value.filters
        content {
          pattern = jsonencode(filter.value)
        }
      }
    }

    dynamodb_stream_parameters {
      starting_position                  = var.pipes.source.starting_position
      batch_size                         = var.pipes.source.batch_size
      maximum_batching_window_in_seconds = var.pipes.source.maximum_batching_window_in_seconds
      maximum_record_age_in_seconds      = var.pipes.source.maximum_record_age_in_seconds
      maximum_retry_attempts             = var.pipes.source.maximum_retry_attempts
      on_partial_batch_item_failure      = var.pipes.source.on_partial_batch_item_failure
      parallelization_factor             = var.pipes.source.parallelization_factor

      dead_letter_config {
        arn = aws_sqs_queue.dead["pipes"].arn
      }
    }
  }

  # Without execution data: a record is somebody's grade.
  log_configuration {
    level = "ERROR"

    cloudwatch_logs_log_destination {
      log_group_arn = aws_cloudwatch_log_group.pipe[each.key].arn
    }
  }
}
