output "arn" {
  value       = one(aws_cloudtrail.this[*].arn)
  description = "The trail; null while the first region's records for both."
}

output "name" {
  value       = one(aws_cloudtrail.this[*].name)
  description = "The trail's name; null likewise."
}

output "bucket_name" {
  value       = aws_s3_bucket.this.bucket
  description = "Where its files lie."
}

output "rule_arns" {
  value       = { for name, rule in aws_cloudwatch_event_rule.this : name => rule.arn }
  description = "What the operators are told of."
}
