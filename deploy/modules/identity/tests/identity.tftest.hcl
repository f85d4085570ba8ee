mock_provider "aws" {}

variables {
  identity = {
    pool                = "dev-luca"
    username_attributes = ["email"]
    self_sign_up        = false
    mfa                 = "OPTIONAL"
    password = {
      minimum_length          = 10
      require_lowercase       = true
      require_uppercase       = true
      require_numbers         = true
      require_symbols         = false
      temporary_validity_days = 7
    }
    messages = {
      invitation = { subject = "s", body = ["{username}", "{####}"] }
      code       = { subject = "s", body = ["{####}", "b"] }
    }
    attributes = {
      school_id = { mutable = false, max_length = 63 }
      person_id = { mutable = false, max_length = 64 }
    }
    groups = ["student", "teacher"]
    client = {
      name                 = "luca-app"
      secret               = true
      auth_flows           = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
      read_attributes      = ["email", "custom:school_id"]
      write_attributes     = ["name"]
      id_token_minutes     = 5
      access_token_minutes = 5
      refresh_token_days   = 30
      auth_session_minutes = 3
    }
    resource_server = { identifier = "luca", scopes = { "people.read" = "people" } }
  }
}

run "the_pool_is_closed_and_kept" {
  command = plan

  assert {
    condition     = aws_cognito_user_pool.this.deletion_protection == "ACTIVE"
    error_message = "Whoever deletes the pool deletes everybody's account."
  }
  assert {
    condition     = aws_cognito_user_pool.this.admin_create_user_config[0].allow_admin_create_user_only
    error_message = "Nobody signs up alone."
  }
  assert {
    condition     = aws_cognito_user_pool.this.mfa_configuration == "OPTIONAL" && aws_cognito_user_pool.this.software_token_mfa_configuration[0].enabled
    error_message = "Staff must be able to have an app."
  }
  assert {
    condition     = alltrue([for one in aws_cognito_user_pool.this.schema : !one.mutable]) && length(aws_cognito_user_pool.this.schema) == 2
    error_message = "School and person never change."
  }
  assert {
    condition     = tolist(aws_cognito_user_pool_client.app.write_attributes) == tolist(["name"]) && aws_cognito_user_pool_client.app.generate_secret
    error_message = "The client writes the name only, and has a secret."
  }
  assert {
    condition     = aws_cognito_user_pool.this.user_pool_tier == "ESSENTIALS" && length(aws_cognito_user_pool_domain.this) == 0
    error_message = "What costs more is asked for."
  }
}

run "threat_protection_needs_the_tier_that_has_it" {
  command = plan

  variables {
    risk_based_protection = "ENFORCED"
    domain_prefix         = "colegios-dev"
  }

  assert {
    condition     = aws_cognito_user_pool.this.user_pool_tier == "PLUS" && aws_cognito_user_pool.this.user_pool_add_ons[0].advanced_security_mode == "ENFORCED"
    error_message = "AWS refuses threat protection in other tiers."
  }
  assert {
    condition     = aws_cognito_user_pool_domain.this[0].domain == "colegios-dev"
    error_message = "Programs fetch tokens there."
  }
}

run "a_domain_that_aws_refuses_is_refused_first" {
  command = plan

  variables {
    domain_prefix = "luca-on-aws"
  }

  expect_failures = [var.domain_prefix]
}
