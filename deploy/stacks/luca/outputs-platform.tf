# What happens by itself, the government sync, the lake and the audit trail.

output "kms_key_arn" {
  value       = module.kms.key_arn
  description = "The key: deploy/second-region asks for it."
}

output "machine_arns" {
  value       = module.govsync.arns
  description = "The state machines by plain name."
}

output "schedule_group" {
  value       = module.scheduler.name
  description = "The ticks' group: aws scheduler list-schedules --group-name …"
}

output "lake_dlq_url" {
  value       = module.lake.dlq_url
  description = "What the pipes gave up; null where a task writes the lake."
}

output "trail_bucket" {
  value       = module.audit.bucket_name
  description = "Where the audit trail's files lie."
}
