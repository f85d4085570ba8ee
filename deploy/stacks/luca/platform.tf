# What happens by itself, the government sync, the lake and the audit trail.

module "scheduler" {
  source       = "../../modules/scheduler"
  group        = module.documents.schedules.group
  dead_letters = module.documents.schedules.dead_letters
  ticks        = module.documents.ticks
  queue_arns   = module.queues.arns
  role_arn     = module.tenant_iam.role_arns["scheduler"]
  enabled      = var.ticks_enabled
}

module "govsync" {
  source             = "../../modules/govsync"
  machines           = module.documents.machines
  role_arn           = module.tenant_iam.role_arns["machine"]
  kms_key_arn        = module.kms.key_arn
  log_retention_days = var.log_retention_days
  log_level          = var.machine_log_level
}
