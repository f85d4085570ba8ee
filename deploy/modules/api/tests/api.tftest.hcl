mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }
  mock_resource "aws_lb" {
    defaults = { arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/luca-api/1", arn_suffix = "app/luca-api/1", dns_name = "luca-api.example" }
  }
  mock_resource "aws_lb_target_group" {
    defaults = { arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/luca-api/2", arn_suffix = "targetgroup/luca-api/2" }
  }
  mock_resource "aws_lb_listener" {
    defaults = { arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/luca-api/1/3" }
  }
  mock_resource "aws_ecs_task_definition" {
    defaults = { arn = "arn:aws:ecs:us-east-1:123456789012:task-definition/luca-api:1" }
  }
  mock_resource "aws_ecs_service" {
    defaults = { id = "arn:aws:ecs:us-east-1:123456789012:service/luca/luca-api" }
  }
  mock_resource "aws_apprunner_service" {
    defaults = { arn = "arn:aws:apprunner:us-east-1:123456789012:service/luca-api/1", service_url = "x.us-east-1.awsapprunner.com" }
  }
  mock_resource "aws_apprunner_vpc_connector" {
    defaults = { arn = "arn:aws:apprunner:us-east-1:123456789012:vpcconnector/luca-api/1/1" }
  }
  mock_resource "aws_apprunner_auto_scaling_configuration_version" {
    defaults = { arn = "arn:aws:apprunner:us-east-1:123456789012:autoscalingconfiguration/luca-api/1/1" }
  }
  mock_resource "aws_apprunner_observability_configuration" {
    defaults = { arn = "arn:aws:apprunner:us-east-1:123456789012:observabilityconfiguration/luca-api/1/1" }
  }
}

variables {
  name                   = "luca-api"
  region                 = "us-east-1"
  container              = { name = "api", image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/luca-image:1", user = "10001", environment = [{ name = "LUCA_TABLE", value = "luca-platform" }] }
  secrets                = { LUCA_SECRET_KEY = "arn:aws:secretsmanager:us-east-1:123456789012:secret:luca-django-AbCdEf" }
  task_role_arn          = "arn:aws:iam::123456789012:role/luca-api"
  execution_role_arn     = "arn:aws:iam::123456789012:role/luca-execution"
  puller_role_arn        = "arn:aws:iam::123456789012:role/luca-puller"
  cluster_arn            = "arn:aws:ecs:us-east-1:123456789012:cluster/luca"
  cluster_name           = "luca"
  vpc_id                 = "vpc-1"
  private_subnet_ids     = ["subnet-1", "subnet-2"]
  public_subnet_ids      = ["subnet-3", "subnet-4"]
  task_security_group_id = "sg-1"
  host                   = "api.school.example"
  certificate_arn        = "arn:aws:acm:us-east-1:123456789012:certificate/c"
  log_group_name         = "/ecs/luca-api"
  kms_key_arn            = "arn:aws:kms:us-east-1:123456789012:key/k"
}

run "on_ecs_it_is_rolled_back_by_itself" {
  assert {
    condition     = aws_ecs_service.api[0].deployment_circuit_breaker[0].enable && aws_ecs_service.api[0].deployment_circuit_breaker[0].rollback
    error_message = "A broken version stays."
  }
  assert {
    condition     = aws_ecs_service.api[0].deployment_minimum_healthy_percent == 100
    error_message = "A deploy makes fewer."
  }
  assert {
    condition     = !aws_ecs_service.api[0].enable_execute_command
    error_message = "There is a shell in production."
  }
  assert {
    condition     = length(aws_apprunner_service.api) == 0
    error_message = "It runs twice."
  }
}

run "on_ecs_the_task_has_one_place_to_write_and_its_own_roles" {
  assert {
    condition     = [for volume in aws_ecs_task_definition.api[0].volume : volume.name] == ["tmp"]
    error_message = "There is no /tmp."
  }
  assert {
    condition     = aws_ecs_task_definition.api[0].task_role_arn != aws_ecs_task_definition.api[0].execution_role_arn
    error_message = "What runs may read the secrets."
  }
  assert {
    condition     = jsondecode(aws_ecs_task_definition.api[0].container_definitions)[0].user == "10001"
    error_message = "The description is not the one that it was given."
  }
}

run "nobody_reaches_the_api_but_the_balancer_and_nobody_that_but_the_link" {
  assert {
    condition     = aws_lb.api[0].internal && aws_lb.link[0].internal
    error_message = "A load balancer is public."
  }
  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.public) == 0 && aws_vpc_security_group_ingress_rule.api[0].from_port == 8000
    error_message = "The door is too wide."
  }
  assert {
    condition     = aws_lb_listener.api[0].protocol == "HTTPS" && aws_lb_listener.link[0].port == 443 && aws_lb_target_group.link[0].target_type == "alb"
    error_message = "The link ends elsewhere."
  }
  assert {
    condition     = output.nlb_arn != null && output.runtime == "ecs" && output.url == "https://api.school.example"
    error_message = "The edge is told something else."
  }
}

run "health_is_asked_of_the_process_and_not_of_the_table" {
  assert {
    condition     = aws_lb_target_group.api[0].health_check[0].path == "/healthz"
    error_message = "A slow table would end every task."
  }
  assert {
    condition     = tonumber(aws_lb_target_group.api[0].deregistration_delay) >= 25
    error_message = "Requests in flight are cut off."
  }
}

run "two_are_warm_on_school_days_and_one_otherwise" {
  assert {
    condition     = aws_appautoscaling_scheduled_action.school_begins[0].schedule == "cron(45 6 ? * MON-FRI *)" && aws_appautoscaling_scheduled_action.school_begins[0].timezone == "America/Mexico_City"
    error_message = "They warm at another hour."
  }
  assert {
    condition     = tonumber(aws_appautoscaling_scheduled_action.school_begins[0].scalable_target_action[0].min_capacity) == 2
    error_message = "Fewer are warm."
  }
  assert {
    condition     = aws_appautoscaling_scheduled_action.school_ends[0].schedule == "cron(0 12 ? * MON-FRI *)" && tonumber(aws_appautoscaling_scheduled_action.school_ends[0].scalable_target_action[0].min_capacity) == 1
    error_message = "They stay warm."
  }
}

run "more_come_for_busy_ones_and_for_more_requests" {
  assert {
    condition     = aws_appautoscaling_policy.cpu[0].target_tracking_scaling_policy_configuration[0].predefined_metric_specification[0].predefined_metric_type == "ECSServiceAverageCPUUtilization"
    error_message = "CPU is not looked at."
  }
  assert {
    condition     = aws_appautoscaling_policy.requests[0].target_tracking_scaling_policy_configuration[0].predefined_metric_specification[0].resource_label == "app/luca-api/1/targetgroup/luca-api/2"
    error_message = "Requests are counted elsewhere."
  }
}

run "logs_stay_thirty_days" {
  assert {
    condition     = aws_cloudwatch_log_group.api[0].retention_in_days == 30 && aws_cloudwatch_log_group.api[0].kms_key_id != null
    error_message = "Logs stay for another time, or unencrypted."
  }
}

run "without_a_certificate_it_speaks_http" {
  variables {
    certificate_arn = null
    host            = null
  }
  assert {
    condition     = output.url == "http://luca-api.example" && output.hosts == ["luca-api.example"]
    error_message = "The edge is told something else."
  }
  assert {
    condition     = aws_lb_listener.api[0].protocol == "HTTP" && aws_lb_listener.link[0].port == 80
    error_message = "It listens for TLS without a certificate."
  }
}

run "app_runner_warns_and_takes_the_same_image" {
  variables {
    api_runtime = "apprunner"
  }
  expect_failures = [check.app_runner_takes_no_new_customers]
  assert {
    condition     = length(aws_ecs_service.api) + length(aws_lb.api) + length(aws_lb.link) + length(aws_appautoscaling_target.api) == 0
    error_message = "It runs twice."
  }
  assert {
    condition     = aws_apprunner_service.api[0].source_configuration[0].image_repository[0].image_identifier == var.container.image && !aws_apprunner_service.api[0].source_configuration[0].auto_deployments_enabled
    error_message = "It runs another image, or whatever is pushed."
  }
  assert {
    condition     = aws_apprunner_service.api[0].source_configuration[0].image_repository[0].image_configuration[0].runtime_environment_variables == tomap({ LUCA_TABLE = "luca-platform" })
    error_message = "It is told something else."
  }
  assert {
    condition     = aws_apprunner_service.api[0].network_configuration[0].egress_configuration[0].egress_type == "VPC" && aws_apprunner_service.api[0].health_check_configuration[0].path == "/healthz"
    error_message = "It goes around the network, or is not judged."
  }
  assert {
    condition     = data.aws_iam_policy_document.secrets[0].statement[0].resources == toset(["arn:aws:secretsmanager:us-east-1:123456789012:secret:luca-django-AbCdEf"])
    error_message = "It reads other secrets."
  }
  assert {
    condition     = output.nlb_arn == null && output.load_balancer_arn_suffix == null && output.url == "https://x.us-east-1.awsapprunner.com"
    error_message = "The edge is told something else."
  }
}

run "a_third_runtime_is_refused" {
  command = plan
  variables {
    api_runtime = "lambda"
  }
  expect_failures = [var.api_runtime]
}

run "nobody_at_night_is_said_in_the_plan" {
  command = plan
  variables {
    scaling = { least = 0, warm = 1 }
  }
  expect_failures = [check.the_api_answers_at_night]
}

run "requests_have_the_time_that_gunicorn_gives_them" {
  command = plan
  variables {
    deregistration_delay = 5
  }
  expect_failures = [aws_lb_target_group.api]
}
