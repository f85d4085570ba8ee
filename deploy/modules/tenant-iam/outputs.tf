# Known only when the policy stands, too: what starts with a role's ARN must not start without its policy.
output "role_arns" {
  value       = { for name, role in local.roles : name => role.arn }
  description = "The roles' ARNs by short name."
  depends_on  = [aws_iam_role_policy.this]
}

output "role_names" {
  value       = { for name, role in local.roles : name => role.name }
  description = "The roles' names by short name."
}
