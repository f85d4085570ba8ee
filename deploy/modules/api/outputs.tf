locals {
  ecs_host      = local.ecs == 0 ? null : local.tls ? var.host : var.internal ? aws_lb.link[0].dns_name : aws_lb.api[0].dns_name
  ecs_url       = local.ecs == 1 ? "${lower(local.protocol)}://${local.ecs_host}" : null
  apprunner_url = local.apprunner == 1 ? "https://${aws_apprunner_service.api[0].service_url}" : null
}

output "url" {
  value       = coalesce(local.ecs_url, local.apprunner_url)
  description = "What the edge passes requests on to. With a certificate its own public name: a VPC link finds the load balancer without asking DNS."
}

output "hosts" {
  # Not the service's own address on App Runner: it is known only after it has been told its hosts.
  value       = local.ecs == 1 ? [local.ecs_host] : [".${var.region}.awsapprunner.com"]
  description = "What LUCA_ALLOWED_HOSTS has to name."
}

output "arn" {
  value       = local.ecs == 1 ? aws_ecs_service.api[0].id : aws_apprunner_service.api[0].arn
  description = "The service."
}

output "name" {
  value       = var.name
  description = "The service's name, for dashboards."
}

output "runtime" {
  value       = var.api_runtime
  description = "What it runs on."
}

output "load_balancer_arn_suffix" {
  value       = one(aws_lb.api[*].arn_suffix)
  description = "For metrics; null on App Runner."
}

output "target_group_arn_suffix" {
  value       = one(aws_lb_target_group.api[*].arn_suffix)
  description = "For metrics; null on App Runner."
}

output "load_balancer_arn" {
  value       = one(aws_lb.api[*].arn)
  description = "For a firewall; null on App Runner."
}

output "listener_arn" {
  value       = one(aws_lb_listener.api[*].arn)
  description = "Of the application load balancer; null on App Runner."
}

output "nlb_arn" {
  value       = one(aws_lb.link[*].arn)
  description = "What a VPC link of a REST API points at; null on App Runner and where the balancer is public."
}

output "nlb_dns_name" {
  value       = one(aws_lb.link[*].dns_name)
  description = "Its name, which resolves in the VPC only."
}

output "port" {
  value       = local.ecs == 1 ? local.port : 443
  description = "Where it listens."
}

output "protocol" {
  value       = local.ecs == 1 ? lower(local.protocol) : "https"
  description = "How it is spoken to."
}

output "log_group_name" {
  value       = one(aws_cloudwatch_log_group.api[*].name)
  description = "Null on App Runner, which keeps /aws/apprunner/<service>/<id>/application."
}
