output "arn" {
  value       = aws_dynamodb_table.this.arn
  description = "The table's ARN."
}

output "name" {
  value       = aws_dynamodb_table.this.name
  description = "The table's name."
}

output "stream_arn" {
  value       = aws_dynamodb_table.this.stream_arn
  description = "What the lake reads."
}
