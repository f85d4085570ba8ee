output "luca" {
  value       = module.luca
  description = "What an operator needs to know: addresses and names, no secret."
}
