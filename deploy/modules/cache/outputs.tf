output "dax_endpoint" {
  value       = one(aws_dax_cluster.this[*].cluster_address)
  description = "Null while it is off."
}

output "valkey_endpoint" {
  value       = try(aws_elasticache_serverless_cache.this[0].endpoint[0].address, null)
  description = "Null while it is off."
}

output "dax_role_arn" {
  value       = one(aws_iam_role.dax[*].arn)
  description = "The role that reads PLATFORM#…; null while it is off."
}
