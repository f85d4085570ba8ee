mock_provider "aws" {
  mock_resource "aws_ecs_cluster" {
    defaults = { arn = "arn:aws:ecs:us-east-1:123456789012:cluster/luca" }
  }
  mock_resource "aws_ecs_task_definition" {
    defaults = { arn = "arn:aws:ecs:us-east-1:123456789012:task-definition/luca:1" }
  }
  mock_resource "aws_ecs_service" {
    defaults = { id = "arn:aws:ecs:us-east-1:123456789012:service/luca/one" }
  }
  mock_resource "aws_appautoscaling_policy" {
    defaults = { arn = "arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:1:resource/ecs/service/luca/one:policyName/p" }
  }
}

variables {
  cluster_name           = "luca"
  names                  = { for name in ["worker", "consumer", "lake", "manage"] : name => "luca-${name}" }
  log_group_names        = { for name in ["worker", "consumer", "lake", "manage"] : name => "/ecs/luca-${name}" }
  containers             = { for name in ["api", "worker", "consumer", "lake", "manage"] : name => { name = name, image = "i:1", command = [name] } }
  task_role_arns         = { for name in ["worker", "consumer", "lake", "platform", "api"] : name => "arn:aws:iam::123456789012:role/luca-${name}" }
  execution_role_arn     = "arn:aws:iam::123456789012:role/luca-execution"
  private_subnet_ids     = ["subnet-1", "subnet-2"]
  task_security_group_id = "sg-1"
  worker_queues          = ["luca-tasks-queue", "govsync-queue"]
  consumer_queues        = ["behavior-events-queue"]
  kms_key_arn            = "arn:aws:kms:us-east-1:123456789012:key/k"
}

run "worker_and_consumer_run_and_beat_does_not" {
  assert {
    condition     = toset(keys(aws_ecs_service.this)) == toset(["worker", "consumer"])
    error_message = "Other services run."
  }
  assert {
    condition     = alltrue([for service in aws_ecs_service.this : length(service.load_balancer) == 0 && !service.network_configuration[0].assign_public_ip && !service.enable_execute_command])
    error_message = "Somebody can call a worker."
  }
  assert {
    condition     = alltrue([for service in aws_ecs_service.this : service.deployment_circuit_breaker[0].rollback])
    error_message = "A broken version stays."
  }
}

run "each_has_its_own_role_and_operators_that_of_the_platform" {
  assert {
    condition     = { for name, task in aws_ecs_task_definition.this : name => task.task_role_arn } == { consumer = "arn:aws:iam::123456789012:role/luca-consumer", manage = "arn:aws:iam::123456789012:role/luca-platform", worker = "arn:aws:iam::123456789012:role/luca-worker" }
    error_message = "A task has another's role."
  }
  assert {
    condition     = aws_ecs_task_definition.this["manage"].family == "luca-manage"
    error_message = "deploy/manage.sh finds no task."
  }
  assert {
    condition     = alltrue([for task in aws_ecs_task_definition.this : [for volume in task.volume : volume.name] == ["tmp"]])
    error_message = "There is no /tmp."
  }
}

run "they_are_scaled_on_depth_for_each_task" {
  assert {
    condition     = [for metric in aws_appautoscaling_policy.depth["worker"].target_tracking_scaling_policy_configuration[0].customized_metric_specification[0].metrics : metric.expression if metric.id == "backlog"] == ["(FILL(q0, 0) + FILL(q1, 0)) / IF(FILL(running, 0) > 0, FILL(running, 0), 1)"]
    error_message = "It divides something else."
  }
  assert {
    condition = sort(flatten([
      for metric in aws_appautoscaling_policy.depth["worker"].target_tracking_scaling_policy_configuration[0].customized_metric_specification[0].metrics :
      [for stat in metric.metric_stat : [for dimension in stat.metric[0].dimensions : dimension.value if dimension.name == "QueueName"]]
    ])) == tolist(["govsync-queue", "luca-tasks-queue"])
    error_message = "It looks at other queues."
  }
}

run "they_are_scaled_on_age_too" {
  assert {
    condition     = toset(keys(aws_cloudwatch_metric_alarm.age)) == toset(["worker", "consumer"]) && aws_cloudwatch_metric_alarm.age["consumer"].threshold == 60
    error_message = "Nobody looks at the age."
  }
  assert {
    condition     = length(aws_appautoscaling_policy.age["worker"].step_scaling_policy_configuration[0].step_adjustment) == 2 && alltrue([for step in aws_appautoscaling_policy.age["worker"].step_scaling_policy_configuration[0].step_adjustment : step.scaling_adjustment > 0])
    error_message = "It does not go up in steps."
  }
  assert {
    condition     = [for query in aws_cloudwatch_metric_alarm.age["worker"].metric_query : query.expression if query.id == "oldest"] == ["MAX([FILL(q0, 0), FILL(q1, 0)])"] && [for query in aws_cloudwatch_metric_alarm.age["consumer"].metric_query : query.expression if query.id == "oldest"] == ["FILL(q0, 0)"]
    error_message = "It looks at another age."
  }
}

run "more_are_warm_in_school_hours" {
  variables {
    consumer = { warm = 3 }
  }
  assert {
    condition     = tonumber(aws_appautoscaling_scheduled_action.school_begins["consumer"].scalable_target_action[0].min_capacity) == 3 && tonumber(aws_appautoscaling_scheduled_action.school_ends["consumer"].scalable_target_action[0].min_capacity) == 1
    error_message = "The hours are not kept."
  }
  assert {
    condition     = aws_appautoscaling_scheduled_action.school_begins["worker"].timezone == "America/Mexico_City"
    error_message = "It is another zone's morning."
  }
}

run "only_the_worker_runs_on_spot_and_never_all_of_it" {
  variables {
    worker = { spot_percent = 70 }
    lake   = { run = true }
  }
  assert {
    condition     = { for name, service in aws_ecs_service.this : name => sort([for strategy in service.capacity_provider_strategy : strategy.capacity_provider]) } == { consumer = tolist(["FARGATE"]), lake = tolist(["FARGATE"]), worker = tolist(["FARGATE", "FARGATE_SPOT"]) }
    error_message = "Others run on spot."
  }
  assert {
    condition     = [for strategy in aws_ecs_service.this["worker"].capacity_provider_strategy : strategy.base if strategy.capacity_provider == "FARGATE"] == [1]
    error_message = "Amazon may take away the last one."
  }
}

run "the_lake_has_one_writer_and_its_end_comes_first" {
  variables {
    lake = { run = true }
  }
  assert {
    condition     = aws_ecs_service.this["lake"].desired_count == 1 && aws_ecs_service.this["lake"].deployment_maximum_percent == 100 && aws_ecs_service.this["lake"].deployment_minimum_healthy_percent == 0
    error_message = "Two write at once."
  }
  assert {
    condition     = !contains(keys(aws_appautoscaling_target.this), "lake")
    error_message = "It is scaled."
  }
}

run "logs_stay_thirty_days" {
  assert {
    condition     = alltrue([for group in aws_cloudwatch_log_group.this : group.retention_in_days == 30 && group.kms_key_id == var.kms_key_arn])
    error_message = "Logs stay for another time, or unencrypted."
  }
}

run "no_worker_at_all_is_refused" {
  command = plan
  variables {
    worker = { least = 0 }
  }
  expect_failures = [var.worker]
}

run "all_on_spot_is_refused" {
  command = plan
  variables {
    worker = { spot_percent = 100 }
  }
  expect_failures = [var.worker]
}

run "a_least_above_the_most_is_refused" {
  command = plan
  variables {
    consumer = { least = 9, warm = 9 }
  }
  expect_failures = [aws_appautoscaling_target.this]
}
