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

module "lake" {
  source           = "../../modules/lake"
  glue             = module.documents.lake.glue
  athena           = module.documents.lake.athena
  delivery         = module.documents.lake.delivery
  pipes            = module.documents.lake.pipes
  saved_questions  = module.documents.saved_questions
  writer           = var.lake_writer
  function_package = coalesce(var.lake_function_package, "${path.module}/../../../build/lake-rows.zip")
  bucket_name      = module.buckets.names["luca-data-lake"]
  bucket_arn       = module.buckets.arns["luca-data-lake"]
  stream_arn       = module.table.stream_arn
  role_arns        = module.tenant_iam.role_arns
  kms_key_arn      = module.kms.key_arn
  account_id       = local.account_id
  region           = local.region
}

module "audit" {
  source              = "../../modules/audit"
  audit               = module.documents.audit
  account_id          = local.account_id
  region              = local.region
  table_arn           = module.table.arn
  bucket_arns         = [module.buckets.arns["luca-data"], module.buckets.arns["luca-data-lake"]]
  left_out_role_arns  = var.audit_everything ? [] : [for role in ["tenant", "archive"] : "arn:aws:sts::${local.account_id}:assumed-role/${module.documents.role_names[role]}/"]
  kms_key_arn         = module.kms.key_arn
  alerts_topic_arn    = module.topics.arns["luca-ops-alerts"]
  trail_enabled       = var.trail_enabled
  lock                = var.deletion_protection ? var.audit_lock : { mode = "GOVERNANCE", days = 1 }
  keep_days           = var.audit_keep_days
  deletion_protection = var.deletion_protection
}

module "replication" {
  count             = var.second == null ? 0 : 1
  source            = "../../modules/replication"
  buckets           = module.documents.replication
  second            = var.second
  role_arn          = module.tenant_iam.role_arns["replica"]
  account_id        = local.account_id
  repository_prefix = "${var.prefix}luca"

  depends_on = [module.buckets] # S3 copies only what has versions
}
