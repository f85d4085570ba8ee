# The way in: who people are, the network, and what stands before the API.

module "identity" {
  source                = "../../modules/identity"
  identity              = module.documents.identity
  deletion_protection   = var.deletion_protection
  risk_based_protection = var.risk_based_protection
  domain_prefix         = var.token_domain_prefix
  email                 = var.email
}

module "network" {
  source                   = "../../modules/network"
  prefix                   = var.prefix
  region                   = local.region
  account_id               = local.account_id
  cidr                     = var.network.cidr
  zones                    = var.network.zones
  availability_zones       = var.network.availability_zones
  nat                      = var.network.nat
  interface_endpoints      = var.network.interface_endpoints
  flow_log_traffic         = var.network.flow_log_traffic
  kms_key_arn              = module.kms.key_arn
  log_retention_days       = var.log_retention_days
  permissions_boundary_arn = var.permissions_boundary_arn
}

output "user_pool" {
  value = {
    pool_id   = module.identity.pool_id
    client_id = module.identity.client_id
    domain    = module.identity.domain
  }
  description = "The user pool, its client, and where programs fetch tokens. The client's secret is in Secrets Manager."
}

module "edge" {
  source             = "../../modules/edge"
  prefix             = var.prefix
  behavior           = module.documents.behavior
  pool_arn           = module.identity.pool_arn
  client_id          = module.identity.client_id
  gateway_role_arn   = module.tenant_iam.role_arns["gateway"]
  domain             = var.domain
  limits             = var.limits
  kms_key_arn        = module.kms.key_arn
  log_retention_days = var.log_retention_days
  origin_secret      = var.origin_secret

  origin = {
    url     = module.api.url
    private = var.api_runtime == "ecs"
    nlb_arn = module.api.nlb_arn
  }
}

module "waf" {
  source             = "../../modules/waf"
  prefix             = var.prefix
  account_id         = local.account_id
  stage_arn          = module.edge.stage_arn
  count_only         = var.firewall.count_only
  countries          = var.firewall.countries
  block_anonymous    = var.firewall.block_anonymous
  counted_rules      = var.firewall.counted_rules
  small_schools      = var.firewall.small_schools
  logging            = var.firewall.logging
  rates              = var.firewall.rates
  kms_key_arn        = module.kms.key_arn
  log_retention_days = var.log_retention_days
  origin_public      = var.api_runtime == "apprunner"
  origin_arn         = module.api.arn
  origin_secret      = var.origin_secret
}

output "url" {
  value       = module.edge.url
  description = "Where people and programs call."
}

output "domain_target" {
  value       = module.edge.domain_target
  description = "What the domain's CNAME points at, where its zone is not in Route 53."
}
