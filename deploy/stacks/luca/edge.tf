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
