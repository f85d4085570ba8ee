output "arns" {
  value       = { for name, topic in aws_sns_topic.this : name => topic.arn }
  description = "ARNs by plain name."
}
