# Up when there is much to do, at once; down slowly. While school is on, more are warm than a first
# lesson needs; outside it the least.

resource "aws_appautoscaling_target" "api" {
  count              = local.ecs
  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = "service/${var.cluster_name}/${aws_ecs_service.api[0].name}"
  min_capacity       = var.scaling.least
  max_capacity       = var.scaling.most

  lifecycle {
    ignore_changes = [min_capacity, max_capacity] # the two schedules set them, morning and noon

    precondition {
      condition     = var.scaling.least <= var.scaling.warm && var.scaling.warm <= var.scaling.most
      error_message = "scaling wants least <= warm <= most."
    }
  }
}

resource "aws_appautoscaling_policy" "cpu" {
  count              = local.ecs
  name               = "${var.name}-cpu"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.api[0].service_namespace
  scalable_dimension = aws_appautoscaling_target.api[0].scalable_dimension
  resource_id        = aws_appautoscaling_target.api[0].resource_id

  target_tracking_scaling_policy_configuration {
    target_value       = var.scaling.cpu_percent
    scale_out_cooldown = 30
    scale_in_cooldown  = 300

    predefined_metric_specification {
      predefined_metric_type = "ECSServiceAverageCPUUtilization"
    }
  }
}

resource "aws_appautoscaling_policy" "requests" {
  count              = local.ecs
  name               = "${var.name}-requests"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.api[0].service_namespace
  scalable_dimension = aws_appautoscaling_target.api[0].scalable_dimension
  resource_id        = aws_appautoscaling_target.api[0].resource_id

  target_tracking_scaling_policy_configuration {
    target_value       = var.scaling.requests_per_minute
    scale_out_cooldown = 30
    scale_in_cooldown  = 300

    predefined_metric_specification {
      predefined_metric_type = "ALBRequestCountPerTarget"
      resource_label         = "${aws_lb.api[0].arn_suffix}/${aws_lb_target_group.api[0].arn_suffix}"
    }
  }
}

resource "aws_appautoscaling_scheduled_action" "school_begins" {
  count              = local.ecs
  name               = "${var.name}-school-begins"
  service_namespace  = aws_appautoscaling_target.api[0].service_namespace
  scalable_dimension = aws_appautoscaling_target.api[0].scalable_dimension
  resource_id        = aws_appautoscaling_target.api[0].resource_id
  # A quarter of an hour before: warm means that it is there when the first teacher comes.
  schedule = "cron(45 ${var.school_hours.from - 1} ? * ${var.school_hours.days} *)"
  timezone = var.school_hours.time_zone

  scalable_target_action {
    min_capacity = var.scaling.warm
    max_capacity = var.scaling.most
  }
}

resource "aws_appautoscaling_scheduled_action" "school_ends" {
  count              = local.ecs
  name               = "${var.name}-school-ends"
  service_namespace  = aws_appautoscaling_target.api[0].service_namespace
  scalable_dimension = aws_appautoscaling_target.api[0].scalable_dimension
  resource_id        = aws_appautoscaling_target.api[0].resource_id
  schedule           = "cron(0 ${var.school_hours.to} ? * ${var.school_hours.days} *)"
  timezone           = var.school_hours.time_zone

  scalable_target_action {
    min_capacity = var.scaling.least
    max_capacity = var.scaling.most
  }

  # AWS changes one target at a time, and refuses the second of two at once.
  depends_on = [aws_appautoscaling_scheduled_action.school_begins]
}
