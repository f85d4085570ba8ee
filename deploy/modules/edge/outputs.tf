output "rest_api_id" {
  value       = aws_api_gateway_rest_api.this.id
  description = "The REST API."
}

output "name" {
  value       = aws_api_gateway_rest_api.this.name
  description = "Its name, by which CloudWatch knows its metrics (ApiName)."
}

output "stage_name" {
  value       = aws_api_gateway_stage.this.stage_name
  description = "The stage."
}

output "stage_arn" {
  value       = aws_api_gateway_stage.this.arn
  description = "What the firewall stands before."
}

output "url" {
  value       = var.domain == null ? aws_api_gateway_stage.this.invoke_url : "https://${aws_api_gateway_domain_name.this[0].domain_name}"
  description = "Where people and programs call."
}

output "domain_target" {
  value       = one(aws_api_gateway_domain_name.this[*].regional_domain_name)
  description = "What a CNAME of the domain points at, where no zone is given."
}

output "access_log_group" {
  value       = aws_cloudwatch_log_group.access.name
  description = "One line for each request, and nobody in it."
}
