# Eyes: every alarm of deploy/alarms.json, the dashboard and the saved queries. Metrics need no
# resource: they are log lines that CloudWatch reads (docs/observability.md), so there is no metric
# filter either.

locals {
  plain = { for key, alarm in var.alarms.alarms : key => alarm if !can(alarm.expression) }
  math  = { for key, alarm in var.alarms.alarms : key => alarm if can(alarm.expression) }

  # Another name for each environment of one account, or their figures would be added up.
  namespaces = { (var.alarms.namespace) = var.metric_namespace }
  actions    = [var.alerts_topic_arn]

}

resource "aws_cloudwatch_metric_alarm" "plain" {
  for_each            = local.plain
  alarm_name          = each.value.name
  alarm_description   = "${each.value.means}\n\n${each.value.do}\n\nRunbook: ${var.runbook_url}#${lower(trimprefix(each.value.name, var.prefix))}"
  namespace           = lookup(local.namespaces, try(each.value.namespace, var.alarms.namespace), try(each.value.namespace, null))
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = can(regex("^p[0-9.]+$", each.value.statistic)) ? null : each.value.statistic
  extended_statistic  = can(regex("^p[0-9.]+$", each.value.statistic)) ? each.value.statistic : null
  comparison_operator = each.value.comparison
  threshold           = each.value.threshold
  period              = each.value.period_seconds
  evaluation_periods  = each.value.periods
  treat_missing_data  = each.value.missing
  alarm_actions       = local.actions
  ok_actions          = local.actions # people who were woken are told that it is over
}

resource "aws_cloudwatch_metric_alarm" "math" {
  for_each            = local.math
  alarm_name          = each.value.name
  alarm_description   = "${each.value.means}\n\n${each.value.do}\n\nRunbook: ${var.runbook_url}#${lower(trimprefix(each.value.name, var.prefix))}"
  comparison_operator = each.value.comparison
  threshold           = each.value.threshold
  evaluation_periods  = each.value.periods
  treat_missing_data  = each.value.missing
  alarm_actions       = local.actions
  ok_actions          = local.actions

  metric_query {
    id          = "judged"
    label       = each.value.name
    expression  = each.value.expression
    return_data = true
  }

  dynamic "metric_query" {
    for_each = each.value.metrics
    content {
      id          = metric_query.key
      return_data = false
      metric {
        namespace   = lookup(local.namespaces, try(metric_query.value.namespace, var.alarms.namespace), try(metric_query.value.namespace, null))
        metric_name = metric_query.value.metric
        dimensions  = metric_query.value.dimensions
        stat        = metric_query.value.statistic
        period      = each.value.period_seconds
      }
    }
  }
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.dashboard.name
  dashboard_body = replace(jsonencode(var.dashboard.body), "\"${var.alarms.namespace}\"", "\"${var.metric_namespace}\"")
}

resource "aws_cloudwatch_query_definition" "this" {
  for_each = var.log_queries
  name     = each.key
  # Only groups that exist: one runtime of the API has a group of its own making.
  log_group_names = [for service in each.value.services : var.log_group_names[service] if contains(keys(var.log_group_names), service)]
  query_string    = join("\n| ", each.value.query)
}
