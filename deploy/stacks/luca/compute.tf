# The image, what it is told, and what runs it.

locals {
  # The edge's own name and certificate: the load balancer behind it goes by the same.
  api_host            = try(var.domain.name, null)
  api_certificate_arn = try(var.domain.certificate_arn, null)

  # Without a name the load balancer's own, which is known before anything runs behind it.
  allowed_hosts = distinct(concat(local.api_host == null ? [] : [local.api_host], module.api.hosts))

  queue_names = { for name, queue in module.documents.queues : queue.purpose => queue.name }
}

module "images" {
  source           = "../../modules/images"
  name             = module.documents.names["luca-image"]
  kms_key_arn      = module.kms.key_arn
  puller_role_arns = [for name in ["execution", "puller"] : module.tenant_iam.role_arns[name]]
  keep             = var.images_kept
  force_delete     = !var.deletion_protection
}

module "container" {
  source           = "../../modules/container"
  image            = "${module.images.repository_url}:${var.image_tag}"
  region           = local.region
  log_groups       = local.log_group_names
  table_name       = module.table.name
  buckets          = module.documents.buckets
  queues           = module.documents.queues
  topics           = module.documents.topics
  queue_urls       = module.queues.urls
  dlq_urls         = module.queues.dlq_urls
  topic_arns       = module.topics.arns
  role_arns        = module.tenant_iam.role_arns
  secret_arns      = module.secrets.arns
  allowed_hosts    = local.allowed_hosts
  lake_workgroup   = module.documents.lake.athena.workgroup
  lake_database    = module.documents.lake.glue.database
  authority_url    = var.authority_url
  sync_machine_arn = module.govsync.machine_arn
  traces           = var.traces
  more             = merge(local.metric_settings, var.settings)

  identity = {
    pool_id   = module.identity.pool_id
    client_id = module.identity.client_id
    issuer    = module.identity.issuer
    jwks_url  = module.identity.jwks_url
  }
}

module "workers" {
  source                 = "../../modules/workers"
  prefix                 = var.prefix
  cluster_name           = "${var.prefix}luca"
  names                  = { for service in ["worker", "consumer", "lake", "manage"] : service => module.documents.names["luca-${service}"] }
  containers             = module.container.definitions
  log_group_names        = local.log_group_names
  log_retention_days     = var.log_retention_days
  kms_key_arn            = module.kms.key_arn
  task_role_arns         = module.tenant_iam.role_arns
  execution_role_arn     = module.tenant_iam.role_arns["execution"]
  private_subnet_ids     = module.network.private_subnet_ids
  task_security_group_id = module.network.task_security_group_id
  worker_queues          = [local.queue_names["tasks"], local.queue_names["sync"]]
  consumer_queues        = [local.queue_names["behavior"]]
  worker                 = var.worker
  consumer               = var.consumer
  lake                   = { run = var.lake_writer == "task" }
  school_hours           = var.school_hours
  cpu_architecture       = var.cpu_architecture
  container_insights     = var.container_insights
  enable_execute_command = var.enable_execute_command
}

module "api" {
  source                 = "../../modules/api"
  name                   = module.documents.names["luca-api"]
  api_runtime            = var.api_runtime
  region                 = local.region
  container              = module.container.definitions["api"]
  secrets                = module.container.secrets_of["api"]
  scaling                = var.api_scaling
  school_hours           = var.school_hours
  cpu_architecture       = var.cpu_architecture
  task_role_arn          = module.tenant_iam.role_arns["api"]
  execution_role_arn     = module.tenant_iam.role_arns["execution"]
  puller_role_arn        = module.tenant_iam.role_arns["puller"]
  cluster_arn            = module.workers.cluster_arn
  cluster_name           = module.workers.cluster_name
  vpc_id                 = module.network.vpc_id
  private_subnet_ids     = module.network.private_subnet_ids
  public_subnet_ids      = module.network.public_subnet_ids
  task_security_group_id = module.network.task_security_group_id
  host                   = local.api_host
  certificate_arn        = local.api_certificate_arn
  deletion_protection    = var.deletion_protection
  enable_execute_command = var.enable_execute_command
  log_group_name         = local.log_group_names["api"]
  log_retention_days     = var.log_retention_days
  kms_key_arn            = module.kms.key_arn
}

module "cache" {
  source                   = "../../modules/cache"
  name                     = "${var.prefix}luca"
  account_id               = local.account_id
  region                   = local.region
  table_arn                = module.table.arn
  kms_key_arn              = module.kms.key_arn
  vpc_id                   = module.network.vpc_id
  private_subnet_ids       = module.network.private_subnet_ids
  task_security_group_id   = module.network.task_security_group_id
  permissions_boundary_arn = var.permissions_boundary_arn
  dax                      = var.dax
  valkey                   = var.valkey
}

output "repository_url" {
  value       = module.images.repository_url
  description = "Where the pipeline pushes the image."
}

output "api_url" {
  value       = module.api.url
  description = "What the edge passes requests on to."
}

output "cluster_name" {
  value       = module.workers.cluster_name
  description = "The cluster of all tasks."
}

output "service_names" {
  value       = merge(module.workers.service_names, { api = module.api.name })
  description = "The services by plain name."
}
