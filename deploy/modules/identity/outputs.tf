locals {
  arn    = aws_cognito_user_pool.this.arn
  issuer = "https://${aws_cognito_user_pool.this.endpoint}"
}

output "pool_id" {
  value       = aws_cognito_user_pool.this.id
  description = "LUCA_COGNITO_POOL_ID."
}

output "pool_arn" {
  value       = local.arn
  description = "What the edge's authorizer trusts."
}

output "client_id" {
  value       = aws_cognito_user_pool_client.app.id
  description = "LUCA_COGNITO_CLIENT_ID."
}

output "client_secret" {
  value       = aws_cognito_user_pool_client.app.client_secret
  sensitive   = true
  description = "For Secrets Manager and for nothing else; no output of a root shows it."
}

output "issuer" {
  value       = local.issuer
  description = "What tokens say in `iss`."
}

output "jwks_url" {
  value       = "${local.issuer}/.well-known/jwks.json"
  description = "Where the pool's keys are."
}

output "domain" {
  value       = try(aws_cognito_user_pool_domain.this[0].domain, null)
  description = "First part of the address where programs fetch tokens, or null."
}
