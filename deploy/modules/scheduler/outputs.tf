output "arns" {
  value       = { for task, schedule in aws_scheduler_schedule.this : task => schedule.arn }
  description = "The schedules' ARNs by task."
}

output "name" {
  value       = aws_scheduler_schedule_group.this.name
  description = "The schedules' group."
}

output "dlq_arn" {
  value       = aws_sqs_queue.dead.arn
  description = "Ticks that no queue took."
}
