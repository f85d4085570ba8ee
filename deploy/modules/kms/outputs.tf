output "key_arn" {
  value       = aws_kms_key.this.arn
  description = "For everything that is encrypted."
}

output "key_id" {
  value       = aws_kms_key.this.key_id
  description = "The key's id, for commands."
}

output "alias" {
  value       = aws_kms_alias.this.name
  description = "What operators call the key."
}
