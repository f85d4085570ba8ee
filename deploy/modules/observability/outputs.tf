output "dashboard_name" {
  value       = aws_cloudwatch_dashboard.this.dashboard_name
  description = "The dashboard."
}

output "alarm_arns" {
  value = merge(
    { for key, alarm in aws_cloudwatch_metric_alarm.plain : key => alarm.arn },
    { for key, alarm in aws_cloudwatch_metric_alarm.math : key => alarm.arn },
  )
  description = "The alarms by their key in alarms.json."
}

output "alarm_names" {
  value = merge(
    { for key, alarm in aws_cloudwatch_metric_alarm.plain : key => alarm.alarm_name },
    { for key, alarm in aws_cloudwatch_metric_alarm.math : key => alarm.alarm_name },
  )
  description = "What the alarms are called here."
}

output "query_names" {
  value       = [for query in aws_cloudwatch_query_definition.this : query.name]
  description = "The saved queries."
}
