output "vpc_id" {
  value       = aws_vpc.this.id
  description = "The VPC."
}

output "cidr" {
  value       = aws_vpc.this.cidr_block
  description = "Its addresses."
}

output "private_subnet_ids" {
  value       = aws_subnet.private[*].id
  description = "Where tasks run, one in each zone."
}

output "public_subnet_ids" {
  value       = aws_subnet.public[*].id
  description = "Where NAT gateways are, and a public load balancer would be."
}

output "endpoint_security_group_id" {
  value       = aws_security_group.endpoints.id
  description = "Of the interface endpoints."
}

output "task_security_group_id" {
  value       = aws_security_group.tasks.id
  description = "Of API and workers."
}

output "flow_log_group" {
  value       = aws_cloudwatch_log_group.flow.name
  description = "Where flow logs are."
}
