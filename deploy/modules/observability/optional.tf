# What costs by itself and is looked at seldom: off unless an environment wants it.

resource "aws_cloudwatch_contributor_insight_rule" "schools" {
  count     = var.contributor_insights && contains(keys(var.log_group_names), "api") ? 1 : 0
  rule_name = "${var.prefix}luca-requests-by-school"
  # The schools that ask most, at every moment, without a metric for each: $0.50 a month and $0.02
  # for a million lines that match.
  rule_definition = jsonencode({
    Schema        = { Name = "CloudWatchLogRule", Version = 1 }
    LogGroupNames = [var.log_group_names["api"]]
    LogFormat     = "JSON"
    Contribution = {
      Keys    = ["$.tenant_id"]
      Filters = [{ Match = "$.event", In = ["request"] }]
    }
    AggregateOn = "Count"
  })
  rule_state = "ENABLED"
}

resource "aws_xray_group" "slow" {
  count             = var.xray_group ? 1 : 0
  group_name        = "${var.prefix}luca-slow"
  filter_expression = "responsetime > 0.12"

  insights_configuration {
    insights_enabled      = false # it watches baselines for a price; our alarms have thresholds
    notifications_enabled = false
  }
}
