output "urls" {
  value       = { for name, queue in aws_sqs_queue.this : name => queue.url }
  description = "Addresses by plain name."
}

output "arns" {
  value       = { for name, queue in aws_sqs_queue.this : name => queue.arn }
  description = "ARNs by plain name."
}

output "names" {
  value       = { for name, queue in aws_sqs_queue.this : name => queue.name }
  description = "Names by plain name."
}

output "dlq_urls" {
  value       = { for name, queue in aws_sqs_queue.dead : name => queue.url }
  description = "The dead letters' addresses, by the plain name of their queue."
}

output "dlq_arns" {
  value       = { for name, queue in aws_sqs_queue.dead : name => queue.arn }
  description = "The dead letters' ARNs, by the plain name of their queue."
}
