output "repository_url" {
  value       = aws_ecr_repository.this.repository_url
  description = "What a push and a task definition name."
  # A task that starts before the policy stands pulls nothing.
  depends_on = [aws_ecr_repository_policy.this]
}

output "arn" {
  value       = aws_ecr_repository.this.arn
  description = "The repository's ARN."
}

output "name" {
  value       = aws_ecr_repository.this.name
  description = "The repository's name."
}
