# Luca on AWS: the parts, and what each is told of the others. Every area has its own file beside
# this one. Nothing here or in a module reads deploy/*.json but `documents`.

data "aws_caller_identity" "this" {}
data "aws_region" "this" {}

locals {
  account_id = data.aws_caller_identity.this.account_id
  region     = data.aws_region.this.name
}

module "documents" {
  source        = "../../modules/documents"
  prefix        = var.prefix
  bucket_prefix = var.bucket_prefix
  account_id    = local.account_id
  region        = local.region
  pool_id       = module.identity.pool_id # no circle: only policies wait for it
}

module "kms" {
  source               = "../../modules/kms"
  prefix               = var.prefix
  account_id           = local.account_id
  region               = local.region
  deletion_window_days = var.deletion_protection ? 30 : 7
  replica_regions      = var.second_region == null ? [] : [var.second_region]
}

module "table" {
  source              = "../../modules/table"
  table               = module.documents.table
  kms_key_arn         = module.kms.key_arn
  deletion_protection = var.deletion_protection
  replicas            = { for one in [var.second, var.lost_region] : one.region => one.kms_key_arn if one != null }
}

module "tenant_iam" {
  source                   = "../../modules/tenant-iam"
  policies                 = module.documents.policies
  trusts                   = module.documents.trusts
  role_names               = module.documents.role_names
  api_runtime              = var.api_runtime
  permissions_boundary_arn = var.permissions_boundary_arn
}

module "queues" {
  source = "../../modules/queues"
  queues = module.documents.queues
}

module "topics" {
  source      = "../../modules/topics"
  topics      = module.documents.topics
  account_id  = local.account_id
  kms_key_arn = module.kms.key_arn
  emails = {
    luca-ops-alerts = var.alert_emails
    luca-compliance = var.compliance_emails
  }
}

module "buckets" {
  source              = "../../modules/buckets"
  buckets             = module.documents.buckets
  retention           = module.documents.retention
  kms_key_arn         = module.kms.key_arn
  deletion_protection = var.deletion_protection
}

module "secrets" {
  source        = "../../modules/secrets"
  names         = { for secret in ["authority", "cognito", "django"] : secret => module.documents.names["luca-${secret}"] }
  kms_key_arn   = module.kms.key_arn
  recovery_days = var.deletion_protection ? 30 : 0

  cognito_client_id     = module.identity.client_id
  cognito_client_secret = module.identity.client_secret
}
