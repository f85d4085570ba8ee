# deploy/topics.json as topics that alarms and Luca's own roles may tell, and nobody may subscribe
# to but who is listed here.

resource "aws_sns_topic" "this" {
  for_each          = var.topics
  name              = each.value.name
  display_name      = "Luca"
  kms_master_key_id = var.kms_key_arn # not alias/aws/sns: with that one no alarm could tell the topic
}

resource "aws_sns_topic_policy" "this" {
  for_each = var.topics
  arn      = aws_sns_topic.this[each.key].arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "AlarmsOfThisAccount"
        Effect    = "Allow"
        Principal = { Service = ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"] }
        Action    = "sns:Publish"
        Resource  = aws_sns_topic.this[each.key].arn
        Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
      },
      {
        # Without a condition: EventBridge fills none in for a topic, and with one every message of
        # the audit's rules would be dropped in silence.
        Sid       = "Rules"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = aws_sns_topic.this[each.key].arn
      },
      {
        Sid       = "TlsOnly"
        Effect    = "Deny"
        Principal = { AWS = "*" }
        Action    = "sns:Publish"
        Resource  = aws_sns_topic.this[each.key].arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
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
