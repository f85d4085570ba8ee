output "settings" {
  value       = local.settings
  description = "The variables by name, without secrets."
}

output "environment" {
  value       = [for name in sort(keys(local.settings)) : { name = name, value = local.settings[name] }]
  description = "The variables as ECS takes them, without secrets."
}

output "secrets" {
  value       = { for secret, setting in local.secret_settings : setting => var.secret_arns[secret] }
  description = "The secret variables and the ARN in Secrets Manager that each is read from, when a task starts."
}

output "secrets_of" {
  value = { for service, own in local.secrets_of : service => {
    for secret in own : local.secret_settings[secret] => var.secret_arns[secret]
  } }
  description = "The same for each service: what it needs, and no more."
}

output "definitions" {
  value       = local.definitions
  description = "A container definition of ECS for each entry point: api, worker, consumer, lake, manage."
}

output "stop_timeouts" {
  value       = local.stop_timeouts
  description = "Seconds from SIGTERM to SIGKILL, by service."
}
