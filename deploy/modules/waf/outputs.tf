output "arn" {
  value       = aws_wafv2_web_acl.edge.arn
  description = "The web ACL before the edge."
}

output "name" {
  value       = aws_wafv2_web_acl.edge.name
  description = "Its name, by which CloudWatch knows its metrics (WebACL)."
}

output "log_group" {
  value       = aws_cloudwatch_log_group.waf.name
  description = "What was refused or counted."
}
