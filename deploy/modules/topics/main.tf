# deploy/topics.json as topics that alarms and Luca's own roles may tell, and nobody may subscribe
# to but who is listed here.

resource "aws_sns_topic" "this" {
  for_each          = var.topics
  name              = each.value.name
  display_name      = "Luca"
  kms_master_key_id = var.kms_key_arn # not alias/aws/sns: with that one no alarm could tell the topic
}

data "aws_iam_policy_document" "this" {
  for_each = var.topics

  statement {
    sid       = "AlarmsAndRulesOfThisAccount"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.this[each.key].arn]
    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com", "events.amazonaws.com", "budgets.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.account_id]
    }
  }

  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.this[each.key].arn]
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

resource "aws_sns_topic_policy" "this" {
  for_each = var.topics
  arn      = aws_sns_topic.this[each.key].arn
  policy   = data.aws_iam_policy_document.this[each.key].json
}

locals {
  letters = { for pair in flatten([for name, addresses in var.emails : [for address in addresses : { topic = name, address = address }]]) : "${pair.topic} ${pair.address}" => pair }
}

resource "aws_sns_topic_subscription" "email" {
  for_each  = local.letters
  topic_arn = aws_sns_topic.this[each.value.topic].arn
  protocol  = "email"
  endpoint  = each.value.address
}
