# Known only when there is a value: a task that starts before has nothing to read and dies.
output "arns" {
  value       = { for name, secret in aws_secretsmanager_secret.this : name => secret.arn }
  description = "The secrets' ARNs, never their values: authority, cognito, django."
  depends_on = [
    aws_secretsmanager_secret_version.authority,
    aws_secretsmanager_secret_version.cognito,
    aws_secretsmanager_secret_version.django,
  ]
}
