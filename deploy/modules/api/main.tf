# The API on ECS Fargate (the way for new accounts) or on App Runner: the same image, told the same.

locals {
  ecs       = var.api_runtime == "ecs" ? 1 : 0
  apprunner = var.api_runtime == "apprunner" ? 1 : 0
}

check "app_runner_takes_no_new_customers" {
  assert {
    condition     = var.api_runtime != "apprunner"
    error_message = "App Runner has taken no new customers since 2026-04-30: in an account that has never used it this apply fails at aws_apprunner_service. Where it is in use it goes on, without new features. Choose api_runtime = \"ecs\" unless this account runs App Runner services today (docs/compute.md, decision 35)."
  }
}

check "the_api_answers_at_night" {
  assert {
    condition     = var.api_runtime != "ecs" || var.scaling.least > 0
    error_message = "scaling.least is 0: outside school hours nobody is answered, neither parents nor the school's programs. For trying out only."
  }
}
