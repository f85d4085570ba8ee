output "second" {
  value       = { region = var.region, kms_key_arn = module.second_region.key_arn }
  description = "What the first region is told: the value of its variable `second`."
}
