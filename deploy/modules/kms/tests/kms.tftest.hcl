mock_provider "aws" {}

variables {
  prefix     = "dev-"
  account_id = "123456789012"
  region     = "us-east-1"
}

run "nobody_uses_the_key_but_through_a_service" {
  command = plan
  assert {
    condition = alltrue([for one in jsondecode(aws_kms_key.this.policy).Statement :
      can(one.Condition.StringEquals["kms:ViaService"]) || !anytrue([for action in flatten([one.Action]) : contains(["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"], action)])
      if can(one.Principal.AWS)
    ])
    error_message = aws_kms_key.this.policy
  }
  assert {
    condition     = !strcontains(aws_kms_key.this.policy, "\"kms:*\"")
    error_message = "An action of the key's policy is a pattern."
  }
}

run "services_use_it_for_this_account_only" {
  command = plan
  assert {
    condition     = alltrue([for one in jsondecode(aws_kms_key.this.policy).Statement : strcontains(jsonencode(one.Condition), "123456789012") if can(one.Principal.Service)])
    error_message = aws_kms_key.this.policy
  }
}

run "a_rule_reaches_an_encrypted_topic" {
  command = plan
  assert {
    # EventBridge fills neither key in on its way to an encrypted topic, and fails without a word.
    condition = alltrue([for one in jsondecode(aws_kms_key.this.policy).Statement :
      !strcontains(jsonencode(one.Condition), "aws:Source") && strcontains(jsonencode(one.Condition), "aws:sns:topicArn")
      if contains(flatten([try(one.Principal.Service, [])]), "events.amazonaws.com")
    ])
    error_message = aws_kms_key.this.policy
  }
}

run "a_trail_may_be_made_over_a_bucket_with_a_bucket_key" {
  command = plan
  assert {
    condition     = contains(one([for one in jsondecode(aws_kms_key.this.policy).Statement : one.Action if one.Sid == "TrailsOfThisAccount"]), "kms:Decrypt")
    error_message = "CreateTrail would be refused."
  }
}

run "it_is_a_new_key_every_year" {
  command = plan
  assert {
    condition     = aws_kms_key.this.enable_key_rotation && aws_kms_key.this.rotation_period_in_days == 365
    error_message = "Rotation is off."
  }
}
