mock_provider "aws" {}

run "documents" {
  module {
    source = "../documents"
  }
  variables {
    prefix        = "dev-"
    bucket_prefix = "x-"
    account_id    = "123456789012"
    region        = "us-east-1"
  }
}

run "roles_say_what_the_files_say" {
  command = plan
  variables {
    policies    = run.documents.policies
    trusts      = run.documents.trusts
    role_names  = run.documents.role_names
    api_runtime = "ecs"
  }
  assert {
    condition     = alltrue([for name, one in aws_iam_role_policy.this : one.policy == var.policies[name]])
    error_message = "A role has another policy."
  }
  assert {
    condition     = alltrue([for name, role in merge(aws_iam_role.run_by_services, aws_iam_role.entered_by_roles) : replace(role.assume_role_policy, "StringEqualsIfExists", "StringEquals") == var.trusts[name] && role.name == var.role_names[name]])
    error_message = "A role has another trust or name."
  }
  assert {
    condition     = alltrue([for role in merge(aws_iam_role.run_by_services, aws_iam_role.entered_by_roles) : role.max_session_duration == 3600])
    error_message = "A session lasts longer than an hour."
  }
}

run "services_that_may_not_say_their_account_are_let_in" {
  command = plan
  variables {
    policies    = run.documents.policies
    trusts      = run.documents.trusts
    role_names  = run.documents.role_names
    api_runtime = "ecs"
  }
  assert {
    condition     = toset([for name, role in aws_iam_role.run_by_services : name if can(jsondecode(role.assume_role_policy).Statement[0].Condition.StringEqualsIfExists)]) == toset(["execution", "replica"])
    error_message = "Tasks may not start, or somebody else's do."
  }
}

run "who_enters_a_school_exists_first" {
  command = plan
  variables {
    policies    = run.documents.policies
    trusts      = run.documents.trusts
    role_names  = run.documents.role_names
    api_runtime = "ecs"
  }
  assert {
    condition     = toset(keys(aws_iam_role.entered_by_roles)) == toset(["archive", "directory", "tenant"])
    error_message = jsonencode(keys(aws_iam_role.entered_by_roles))
  }
}

run "app_runner_runs_the_api_where_it_is_chosen" {
  command = plan
  variables {
    policies    = run.documents.policies
    trusts      = run.documents.trusts
    role_names  = run.documents.role_names
    api_runtime = "apprunner"
  }
  assert {
    condition     = jsondecode(aws_iam_role.run_by_services["api"].assume_role_policy).Statement[0].Principal.Service == "tasks.apprunner.amazonaws.com"
    error_message = aws_iam_role.run_by_services["api"].assume_role_policy
  }
  assert {
    condition     = jsondecode(aws_iam_role.run_by_services["api"].assume_role_policy).Statement[0].Condition == { StringEqualsIfExists = { "aws:SourceAccount" = "123456789012" } }
    error_message = aws_iam_role.run_by_services["api"].assume_role_policy
  }
  assert {
    condition     = jsondecode(aws_iam_role.run_by_services["worker"].assume_role_policy).Statement[0].Principal.Service == "ecs-tasks.amazonaws.com"
    error_message = "Workers run on ECS wherever the API runs."
  }
}
