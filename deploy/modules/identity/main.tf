# The user pool of deploy/identity.json, as luca/localaws/user_pool.py makes the embedded one;
# tests/deploy/test_identity.py compares the two, setting by setting.

locals {
  password   = var.identity.password
  invitation = var.identity.messages.invitation
  code       = var.identity.messages.code
  client     = var.identity.client
  server     = var.identity.resource_server
}

resource "aws_cognito_user_pool" "this" {
  name                     = var.identity.pool
  username_attributes      = var.identity.username_attributes
  deletion_protection      = var.deletion_protection ? "ACTIVE" : "INACTIVE"
  user_pool_tier           = var.risk_based_protection == "OFF" ? "ESSENTIALS" : "PLUS"
  mfa_configuration        = var.identity.mfa
  auto_verified_attributes = []

  # Cognito knows no demand per group. OPTIONAL lets everybody have an app, and the API holds staff of
  # a school that asks for one to it (`staff_totp`): without an app they get no tokens. ON would ask
  # small children for a phone. Nobody passes by the API: see the client below.
  software_token_mfa_configuration {
    enabled = true
  }

  username_configuration {
    case_sensitive = false
  }

  admin_create_user_config {
    allow_admin_create_user_only = !var.identity.self_sign_up

    invite_message_template {
      email_subject = local.invitation.subject
      email_message = join("<br>", local.invitation.body) # mails are HTML, where an end of line is a blank
      sms_message   = "{username} {####}"                 # wanted by Cognito; nobody is invited by SMS
    }
  }

  account_recovery_setting {
    recovery_mechanism {
      name     = "verified_email"
      priority = 1
    }
  }

  verification_message_template {
    default_email_option = "CONFIRM_WITH_CODE"
    email_subject        = local.code.subject
    email_message        = join("<br>", local.code.body)
  }

  email_configuration {
    email_sending_account = var.email == null ? "COGNITO_DEFAULT" : "DEVELOPER"
    source_arn            = try(var.email.identity_arn, null)
    from_email_address    = try(var.email.from, null)
  }

  password_policy {
    minimum_length                   = local.password.minimum_length
    require_lowercase                = local.password.require_lowercase
    require_uppercase                = local.password.require_uppercase
    require_numbers                  = local.password.require_numbers
    require_symbols                  = local.password.require_symbols
    temporary_password_validity_days = local.password.temporary_validity_days
  }

  # Whose school somebody is of can never be changed: another school is another account.
  dynamic "schema" {
    for_each = var.identity.attributes
    content {
      name                     = schema.key
      attribute_data_type      = "String"
      mutable                  = schema.value.mutable
      required                 = false # Cognito refuses required custom attributes
      developer_only_attribute = false

      string_attribute_constraints {
        min_length = "1"
        max_length = tostring(schema.value.max_length)
      }
    }
  }

  user_pool_add_ons {
    advanced_security_mode = var.risk_based_protection
  }
}

resource "aws_cognito_user_group" "this" {
  for_each = toset(var.identity.groups)

  name         = each.key
  user_pool_id = aws_cognito_user_pool.this.id
}

# What programs may be given (docs/integrators.md). Their clients are made by `manage.py integrator`.
resource "aws_cognito_resource_server" "this" {
  identifier   = local.server.identifier
  name         = local.server.identifier
  user_pool_id = aws_cognito_user_pool.this.id

  dynamic "scope" {
    for_each = local.server.scopes
    content {
      scope_name        = scope.key
      scope_description = scope.value
    }
  }
}

# Where programs fetch their tokens: https://<prefix>.auth.<region>.amazoncognito.com/oauth2/token
resource "aws_cognito_user_pool_domain" "this" {
  count = var.domain_prefix == null ? 0 : 1

  domain       = var.domain_prefix
  user_pool_id = aws_cognito_user_pool.this.id
}

# The one client people sign in with. It has a secret, so that only the API signs people in
# (decision 7). Terraform has to keep a secret that it makes in its state, which is encrypted and open
# to nobody but the pipeline; processes have it from Secrets Manager.
resource "aws_cognito_user_pool_client" "app" {
  name         = local.client.name
  user_pool_id = aws_cognito_user_pool.this.id

  generate_secret     = local.client.secret
  explicit_auth_flows = local.client.auth_flows
  read_attributes     = local.client.read_attributes
  write_attributes    = local.client.write_attributes # neither school nor person nor address

  id_token_validity      = local.client.id_token_minutes
  access_token_validity  = local.client.access_token_minutes
  refresh_token_validity = local.client.refresh_token_days
  auth_session_validity  = local.client.auth_session_minutes

  token_validity_units {
    id_token      = "minutes"
    access_token  = "minutes"
    refresh_token = "days"
  }

  enable_token_revocation       = true
  prevent_user_existence_errors = "ENABLED"

  # Without OAuth: no hosted page signs people in beside the API.
  allowed_oauth_flows_user_pool_client = false
}
