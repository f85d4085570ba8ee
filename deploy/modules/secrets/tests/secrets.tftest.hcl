mock_provider "aws" {}

variables {
  names                 = { django = "dev-luca-django", authority = "dev-luca-authority", cognito = "dev-luca-cognito" }
  kms_key_arn           = "arn:aws:kms:us-east-1:123456789012:key/k"
  cognito_client_id     = "client"
  cognito_client_secret = "told-by-nobody"
}

run "no_value_is_kept" {
  command = plan
  assert {
    condition     = alltrue([for one in [aws_secretsmanager_secret_version.django, aws_secretsmanager_secret_version.authority, aws_secretsmanager_secret_version.cognito] : one.secret_string_wo == null])
    error_message = "A value is in the plan."
  }
  assert {
    condition     = alltrue([for one in aws_secretsmanager_secret.this : one.kms_key_id == var.kms_key_arn])
    error_message = "A secret is encrypted with another key."
  }
}

run "another_client_is_another_secret" {
  command = plan
  variables {
    cognito_client_id = "another"
  }
  assert {
    condition     = aws_secretsmanager_secret_version.cognito.secret_string_wo_version != parseint(substr(sha256("client"), 0, 7), 16)
    error_message = "The old client's secret would stay."
  }
}
