output "database" {
  value       = aws_glue_catalog_database.this.name
  description = "Glue's database."
}

output "workgroups" {
  value       = { schools = aws_athena_workgroup.schools.name, operators = aws_athena_workgroup.operators.name }
  description = "Athena's workgroups."
}

output "pipe_arns" {
  value       = { for name, pipe in aws_pipes_pipe.this : name => pipe.arn }
  description = "The pipes by name; empty where the writer is a task."
}

output "stream_arns" {
  value       = { for name, stream in aws_kinesis_firehose_delivery_stream.this : name => stream.arn }
  description = "The delivery streams by name."
}

output "dlq_arn" {
  value       = one([for queue in aws_sqs_queue.dead : queue.arn])
  description = "What the pipes gave up; null where the writer is a task."
}

output "dlq_url" {
  value       = one([for queue in aws_sqs_queue.dead : queue.url])
  description = "The same as an address."
}
