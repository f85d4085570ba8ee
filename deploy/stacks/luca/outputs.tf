# What an operator needs. No secret is an output.

output "table_name" {
  value       = module.table.name
  description = "The table."
}

output "queue_urls" {
  value       = module.queues.urls
  description = "The queues' addresses by plain name."
}

output "dlq_urls" {
  value       = module.queues.dlq_urls
  description = "The dead letters' addresses by their queue's plain name."
}

output "bucket_names" {
  value       = module.buckets.names
  description = "The buckets by plain name."
}

output "topic_arns" {
  value       = module.topics.arns
  description = "The topics by plain name."
}

output "role_arns" {
  value       = module.tenant_iam.role_arns
  description = "The roles by short name."
}
