# The operators are told at once when somebody turns off what protects the rest, also when it was
# refused. An apply that changes one of these tells them, too: whoever applied knows why.

resource "aws_cloudwatch_event_rule" "this" {
  for_each    = var.audit.watched
  name        = "${var.audit.trail}-${each.key}"
  description = each.value.means

  event_pattern = jsonencode({
    source        = [each.value.source]
    "detail-type" = ["AWS API Call via CloudTrail"]
    detail = merge(
      { eventName = each.value.events },
      length(each.value.parameters) > 0 ? { requestParameters = each.value.parameters } : {},
    )
  })
}

resource "aws_cloudwatch_event_target" "operators" {
  for_each  = var.audit.watched
  rule      = aws_cloudwatch_event_rule.this[each.key].name
  target_id = "operators"
  arn       = var.alerts_topic_arn

  input_transformer {
    input_paths = {
      address = "$.detail.sourceIPAddress"
      call    = "$.detail.eventName"
      error   = "$.detail.errorCode"
      region  = "$.detail.awsRegion"
      time    = "$.detail.eventTime"
      who     = "$.detail.userIdentity.arn"
    }
    # As JSON's text, and not by jsonencode, which would encode the < of the places.
    input_template = "\"${each.value.means} <call> by <who> from <address> in <region> at <time>. Refused with (empty: it was done): <error>\""
  }
}
