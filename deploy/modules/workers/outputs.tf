output "cluster_arn" {
  value       = aws_ecs_cluster.this.arn
  description = "The cluster of all tasks."
  depends_on  = [aws_ecs_cluster_capacity_providers.this]
}

output "cluster_name" {
  value       = aws_ecs_cluster.this.name
  description = "Its name."
}

output "service_names" {
  value       = { for name, service in aws_ecs_service.this : name => service.name }
  description = "The services by plain name: worker, consumer, and lake if it runs."
}

output "arns" {
  value       = { for name, service in aws_ecs_service.this : name => service.id }
  description = "Their ARNs."
}

output "task_definition_arns" {
  value       = { for name, task in aws_ecs_task_definition.this : name => task.arn }
  description = "The task definitions, with `manage`."
}

output "log_group_names" {
  value       = { for name, group in aws_cloudwatch_log_group.this : name => group.name }
  description = "The log groups by plain name."
}
