# What was refused or counted, for the operator who is asked why. Tokens, cookies, paths (they may name
# people) and queries are left out; the rule's name, the country, the address and the request's id stay.

resource "aws_cloudwatch_log_group" "waf" {
  name              = "aws-waf-logs-${var.prefix}luca" # WAF takes no other beginning
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

data "aws_iam_policy_document" "logs" {
  statement {
    sid       = "WafWritesItsLog"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.waf.arn}:*"]

    principals {
      type        = "Service"
      identifiers = ["delivery.logs.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.account_id]
    }
  }
}

resource "aws_cloudwatch_log_resource_policy" "waf" {
  policy_name     = "${var.prefix}luca-waf"
  policy_document = data.aws_iam_policy_document.logs.json
}

resource "aws_wafv2_web_acl_logging_configuration" "edge" {
  count = var.logging ? 1 : 0

  resource_arn            = aws_wafv2_web_acl.edge.arn
  log_destination_configs = [aws_cloudwatch_log_group.waf.arn]

  dynamic "redacted_fields" {
    for_each = ["authorization", "cookie", "x-access-token"]
    content {
      single_header {
        name = redacted_fields.value
      }
    }
  }
  redacted_fields {
    uri_path {}
  }
  redacted_fields {
    query_string {}
  }

  logging_filter {
    default_behavior = "DROP"

    filter {
      behavior    = "KEEP"
      requirement = "MEETS_ANY"
      condition {
        action_condition {
          action = "BLOCK"
        }
      }
      condition {
        action_condition {
          action = "COUNT"
        }
      }
      condition {
        action_condition {
          action = "EXCLUDED_AS_COUNT"
        }
      }
    }
  }

  depends_on = [aws_cloudwatch_log_resource_policy.waf]
}
