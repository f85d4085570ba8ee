mock_provider "aws" {
  override_data {
    target = data.aws_caller_identity.this
    values = { account_id = "123456789012" }
  }
  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::colegios-terraform-state" }
  }
  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:us-east-1:123456789012:key/k" }
  }
  mock_resource "aws_iam_policy" {
    defaults = { arn = "arn:aws:iam::123456789012:policy/p" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/r" }
  }
  mock_resource "aws_iam_openid_connect_provider" {
    defaults = { arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" }
  }
}

variables {
  state_bucket = "colegios-terraform-state"
  repository   = "colegios/luca"
}

run "the_state_is_kept" {
  assert {
    condition     = one(aws_s3_bucket_versioning.state.versioning_configuration).status == "Enabled"
    error_message = "An old state could not be brought back."
  }
  assert {
    condition     = toset(jsondecode(aws_s3_bucket_policy.state.policy).Statement[*].Sid) == toset(["TlsOnly", "DeletingNeedsASecondFactor"])
    error_message = aws_s3_bucket_policy.state.policy
  }
  assert {
    condition     = strcontains(output.state_hcl, "colegios-terraform-state")
    error_message = output.state_hcl
  }
}

run "every_role_is_one_jobs" {
  assert {
    condition = alltrue([for name, role in aws_iam_role.ci :
      alltrue([for subject in flatten([jsondecode(role.assume_role_policy).Statement[0].Condition.StringEquals["token.actions.githubusercontent.com:sub"]]) : startswith(subject, "repo:colegios/luca:") && !strcontains(subject, "*")])
    ])
    error_message = "Another repository could take a role."
  }
  assert {
    condition     = jsondecode(aws_iam_role.ci["apply-prod"].assume_role_policy).Statement[0].Condition.StringEquals["token.actions.githubusercontent.com:sub"] == ["repo:colegios/luca:environment:prod"]
    error_message = "Production is applied without GitHub's environment, which is what asks for approval."
  }
}

run "no_call_is_a_pattern" {
  assert {
    condition     = alltrue([for policy in aws_iam_policy.ci : !anytrue([for one in jsondecode(policy.policy).Statement : anytrue([for call in one.Action : strcontains(call, "*")])])])
    error_message = "A role of CI may do anything of a service."
  }
  assert {
    condition     = !anytrue([for call in jsondecode(aws_iam_policy.boundary.policy).Statement[0].Action : strcontains(call, "*") || startswith(call, "iam:")])
    error_message = aws_iam_policy.boundary.policy
  }
}

run "policies_fit" {
  assert {
    condition     = alltrue([for policy in concat(values(aws_iam_policy.ci), [aws_iam_policy.boundary]) : length(policy.policy) <= 6144])
    error_message = join(", ", [for name, policy in aws_iam_policy.ci : "${name}: ${length(policy.policy)}" if length(policy.policy) > 6144])
  }
  assert {
    condition     = alltrue([for role in keys(aws_iam_role.ci) : length([for one in local.policies : one if one.role == role]) <= 10])
    error_message = "A role takes ten policies."
  }
}

run "a_plan_reads_nothing_that_schools_wrote" {
  assert {
    condition = length(setintersection(
      toset(flatten([for name, policy in aws_iam_policy.ci : [for one in jsondecode(policy.policy).Statement : one.Action] if startswith(name, "plan-")])),
      ["cognito-idp:DescribeUserPoolClient", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan", "secretsmanager:GetSecretValue", "sqs:ReceiveMessage", "logs:GetLogEvents", "athena:GetQueryResults"],
    )) == 0
    error_message = "A pull request could read data."
  }
  assert {
    condition = alltrue([for env in keys(var.environments) : toset(flatten([for name, policy in aws_iam_policy.ci : [
      for one in jsondecode(policy.policy).Statement : one.Resource if contains(one.Action, "s3:GetObject")
    ] if startswith(name, "plan-${env} ")])) == toset(["arn:aws:s3:::colegios-terraform-state/luca/${env}.tfstate"])])
    error_message = "A plan could read files, or another environment's state."
  }
}

run "production_is_planned_from_main_alone" {
  assert {
    condition = alltrue([for name, role in aws_iam_role.ci :
      contains(["plan-dev", "plan-staging"], name) == contains(flatten([jsondecode(role.assume_role_policy).Statement[0].Condition.StringEquals["token.actions.githubusercontent.com:sub"]]), "repo:colegios/luca:pull_request")
    ])
    error_message = "A pull request, which nobody has read yet, could take this role."
  }
  assert {
    condition     = flatten([jsondecode(aws_iam_role.ci["plan-prod"].assume_role_policy).Statement[0].Condition.StringEquals["token.actions.githubusercontent.com:sub"]]) == ["repo:colegios/luca:ref:refs/heads/main"]
    error_message = "Production's state holds the app client's secret."
  }
}

run "development_changes_nothing_of_production" {
  assert {
    condition = alltrue(flatten([for name, policy in aws_iam_policy.ci : [
      for one in jsondecode(policy.policy).Statement : [for resource in one.Resource : strcontains(resource, "dev") || endswith(resource, ":log-group:API-Gateway-Execution-Logs_*") || endswith(resource, ":catalog") || strcontains(resource, "aws-service-role") || endswith(resource, "terraform-state")]
    ] if startswith(name, "apply-dev") && !strcontains(name, "unnamed")]))
    error_message = "A role of dev reaches others."
  }
  assert {
    condition     = alltrue([for one in jsondecode(aws_iam_policy.ci["apply-prod roles"].policy).Statement : contains(keys(one), "Condition") if contains(one.Action, "iam:CreateRole")])
    error_message = "Roles could be made without the boundary."
  }
}

run "a_role_of_one_environment_reaches_no_others_data" {
  assert {
    condition = alltrue([for env, its in var.environments : length([for one in jsondecode(aws_iam_policy.boundary.policy).Statement : one
      if one.Effect == "Deny" && can(one.NotResource)
      && try(one.Condition.ArnLike["aws:PrincipalArn"], "") == "arn:aws:iam::123456789012:role/${its.prefix}luca-*"
      && contains(try(one.NotResource, []), "arn:aws:dynamodb:*:123456789012:table/${its.prefix}luca-*")
      && contains(try(one.NotResource, []), "arn:aws:s3:::${its.bucket_prefix}luca-*")
      && contains(try(one.NotResource, []), "arn:aws:iam::123456789012:role/${its.prefix}luca-*")
      && contains(one.Action, "sts:*")
    ]) == 1])
    error_message = aws_iam_policy.boundary.policy
  }
  assert {
    condition     = alltrue([for one in jsondecode(aws_iam_policy.boundary.policy).Statement : !anytrue([for resource in try(one.NotResource, ["*"]) : contains(["*", "arn:aws:s3:::*"], resource)]) if one.Effect == "Deny" && can(one.NotResource)])
    error_message = "What is left out of a refusal is everything."
  }
}

run "a_role_of_no_environment_holds_nothing" {
  assert {
    condition = [for one in jsondecode(aws_iam_policy.boundary.policy).Statement : one.Condition.ArnNotLike["aws:PrincipalArn"]
      if one.Effect == "Deny" && try(one.Resource, "") == "*" && contains(one.Action, "dynamodb:*Item*") && contains(one.Action, "sts:*")
    ] == [[for its in values(var.environments) : "arn:aws:iam::123456789012:role/${its.prefix}luca-*"]]
    error_message = aws_iam_policy.boundary.policy
  }
}

run "a_prefix_that_reads_as_production_s_is_refused" {
  command = plan
  variables {
    environments = {
      prod  = { prefix = "", bucket_prefix = "colegios-" }
      trial = { prefix = "luca-trial-", bucket_prefix = "colegios-trial-" } # luca-trial-luca-api is like luca-*
    }
  }
  expect_failures = [var.environments]
}

run "two_environments_have_two_prefixes" {
  command = plan
  variables {
    environments = {
      prod  = { prefix = "", bucket_prefix = "colegios-" }
      trial = { prefix = "trial-", bucket_prefix = "colegios-" }
    }
  }
  expect_failures = [var.environments]
}

run "log_groups_that_aws_names_can_be_made" {
  assert {
    # module edge makes API-Gateway-Execution-Logs_<id>/<stage>, and no part of that name is ours.
    condition     = alltrue([for env in keys(var.environments) : contains(local.resources[env].logs, "arn:aws:logs:*:123456789012:log-group:API-Gateway-Execution-Logs_*")])
    error_message = "CI could not make API Gateway's log group."
  }
}

run "without_a_repository_there_are_no_roles" {
  variables {
    repository = null
  }
  assert {
    condition     = length(aws_iam_role.ci) == 0 && length(aws_iam_openid_connect_provider.github) == 0
    error_message = "Somebody could take a role."
  }
}

run "a_provider_that_is_there_is_kept" {
  variables {
    oidc_provider_arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
  }
  assert {
    condition     = length(aws_iam_openid_connect_provider.github) == 0
    error_message = "An account can have only one."
  }
}
