# What the processes must know and nobody may read: containers get it from Secrets Manager when
# they start. Values are write-only: they are in no plan, no state and no output. Terraform writes
# each once, and again only when its version changes; what an operator rotates stays (docs/runbook.md).

locals {
  means = {
    django    = "What Django signs cookies and cursors with (LUCA_SECRET_KEY)"
    authority = "The token that the authority's API takes (LUCA_AUTHORITY_TOKEN)"
    cognito   = "The app client's secret (LUCA_COGNITO_CLIENT_SECRET)"
  }
}

resource "aws_secretsmanager_secret" "this" {
  for_each                = var.names
  name                    = each.value
  description             = "Luca: ${local.means[each.key]}"
  kms_key_id              = var.kms_key_arn
  recovery_window_in_days = var.recovery_days
}

# Made anew in each run, and thrown away but in the first. uuid() is from the system's own source of
# randomness (twice 122 bits). An ephemeral resource would do the same, but no mock provider has any,
# and the stack could not be tested.
resource "aws_secretsmanager_secret_version" "django" {
  secret_id                = aws_secretsmanager_secret.this["django"].id
  secret_string_wo         = "${uuid()}${uuid()}"
  secret_string_wo_version = 1
}

# The authority hands its token out on paper. Until somebody puts it here, it refuses ours, and the
# sync holds and says why; an empty secret would keep the worker from starting at all.
resource "aws_secretsmanager_secret_version" "authority" {
  secret_id                = aws_secretsmanager_secret.this["authority"].id
  secret_string_wo         = "not-set-yet"
  secret_string_wo_version = 1
}

# Cognito makes this one and the provider keeps it in the client's state, whatever we do: hence the
# state bucket is encrypted and closed. Here it is written again when the client is another one.
resource "aws_secretsmanager_secret_version" "cognito" {
  secret_id                = aws_secretsmanager_secret.this["cognito"].id
  secret_string_wo         = var.cognito_client_secret == null ? "not-set-yet" : var.cognito_client_secret
  secret_string_wo_version = var.cognito_client_id == null ? 1 : parseint(substr(sha256(var.cognito_client_id), 0, 7), 16)
}

