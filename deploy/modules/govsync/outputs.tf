output "machine_arn" {
  value       = aws_sfn_state_machine.this["luca-govsync"].arn
  description = "One school's sync."
}

output "parent_arn" {
  value       = aws_sfn_state_machine.this["luca-govsync-parent"].arn
  description = "A period of all schools."
}

output "arns" {
  value       = { for name, machine in aws_sfn_state_machine.this : name => machine.arn }
  description = "Both by plain name."
}

output "log_group_names" {
  value       = { for name, group in aws_cloudwatch_log_group.this : name => group.name }
  description = "Their log groups by plain name."
}
