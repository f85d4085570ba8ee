# By how much waits for each task, and by how long the oldest has waited. Depth alone overlooks a
# few slow messages, age alone notices a flood only when it has stood for a while.

locals {
  scaled = {
    worker   = { queues = var.worker_queues, size = var.worker }
    consumer = { queues = var.consumer_queues, size = var.consumer }
  }

  # A metric for each queue, q0, q1…; and how many tasks run: ECS reports the CPU of each once a
  # minute, so the number of samples is the number of tasks, without paying for Container Insights.
  depths  = { for name, scaled in local.scaled : name => join(" + ", [for number in range(length(scaled.queues)) : "FILL(q${number}, 0)"]) }
  oldest  = { for name, scaled in local.scaled : name => join(", ", [for number in range(length(scaled.queues)) : "FILL(q${number}, 0)"]) }
  metrics = { for name, scaled in local.scaled : name => { for number, queue in scaled.queues : "q${number}" => queue } }
}

resource "aws_appautoscaling_target" "this" {
  for_each           = local.scaled
  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = "service/${aws_ecs_cluster.this.name}/${aws_ecs_service.this[each.key].name}"
  min_capacity       = each.value.size.least
  max_capacity       = each.value.size.most

  lifecycle {
    ignore_changes = [min_capacity, max_capacity] # the two schedules set them, morning and noon

    precondition {
      condition     = each.value.size.least <= each.value.size.warm && each.value.size.warm <= each.value.size.most
      error_message = "${each.key} wants least <= warm <= most."
    }
  }
}

resource "aws_appautoscaling_policy" "depth" {
  for_each           = local.scaled
  name               = "${var.names[each.key]}-depth"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.this[each.key].service_namespace
  scalable_dimension = aws_appautoscaling_target.this[each.key].scalable_dimension
  resource_id        = aws_appautoscaling_target.this[each.key].resource_id

  target_tracking_scaling_policy_configuration {
    target_value       = each.value.size.messages_per_task
    scale_out_cooldown = 60
    scale_in_cooldown  = 300

    customized_metric_specification {
      dynamic "metrics" {
        for_each = local.metrics[each.key]
        content {
          id          = metrics.key
          label       = "Messages that wait in ${metrics.value}"
          return_data = false

          metric_stat {
            stat = "Average"
            metric {
              namespace   = "AWS/SQS"
              metric_name = "ApproximateNumberOfMessagesVisible"
              dimensions {
                name  = "QueueName"
                value = metrics.value
              }
            }
          }
        }
      }

      metrics {
        id          = "running"
        label       = "Tasks that run"
        return_data = false

        metric_stat {
          stat = "SampleCount"
          metric {
            namespace   = "AWS/ECS"
            metric_name = "CPUUtilization"
            dimensions {
              name  = "ClusterName"
              value = aws_ecs_cluster.this.name
            }
            dimensions {
              name  = "ServiceName"
              value = aws_ecs_service.this[each.key].name
            }
          }
        }
      }

      metrics {
        id          = "backlog"
        label       = "Messages for each task"
        expression  = "(${local.depths[each.key]}) / IF(FILL(running, 0) > 0, FILL(running, 0), 1)"
        return_data = true
      }
    }
  }
}

resource "aws_appautoscaling_policy" "age" {
  for_each           = local.scaled
  name               = "${var.names[each.key]}-age"
  policy_type        = "StepScaling"
  service_namespace  = aws_appautoscaling_target.this[each.key].service_namespace
  scalable_dimension = aws_appautoscaling_target.this[each.key].scalable_dimension
  resource_id        = aws_appautoscaling_target.this[each.key].resource_id

  # Up only: the policy on depth takes away again what is not needed.
  step_scaling_policy_configuration {
    adjustment_type          = "PercentChangeInCapacity"
    cooldown                 = 120
    metric_aggregation_type  = "Maximum"
    min_adjustment_magnitude = 1

    # Bounds count from the alarm's threshold: half as many again, and from four times the age on, twice as many.
    step_adjustment {
      metric_interval_lower_bound = 0
      metric_interval_upper_bound = each.value.size.oldest_seconds * 3
      scaling_adjustment          = 50
    }
    step_adjustment {
      metric_interval_lower_bound = each.value.size.oldest_seconds * 3
      scaling_adjustment          = 100
    }
  }
}

# It tells nobody but the policy: people are told by Luca's own alarms, later (module observability).
resource "aws_cloudwatch_metric_alarm" "age" {
  for_each            = local.scaled
  alarm_name          = "${var.prefix}Luca-Scaling-${title(each.key)}-Age"
  alarm_description   = "More tasks of ${var.names[each.key]}: the oldest message has waited for ${each.value.size.oldest_seconds} s. Nobody has to act."
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = each.value.size.oldest_seconds
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching" # a queue that rests reports nothing
  alarm_actions       = [aws_appautoscaling_policy.age[each.key].arn]

  metric_query {
    id          = "oldest"
    label       = "The oldest message's age"
    expression  = length(local.metrics[each.key]) == 1 ? local.oldest[each.key] : "MAX([${local.oldest[each.key]}])"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = local.metrics[each.key]
    content {
      id = metric_query.key

      metric {
        namespace   = "AWS/SQS"
        metric_name = "ApproximateAgeOfOldestMessage"
        period      = 60
        stat        = "Maximum"
        dimensions  = { QueueName = metric_query.value }
      }
    }
  }
}

resource "aws_appautoscaling_scheduled_action" "school_begins" {
  for_each           = local.scaled
  name               = "${var.names[each.key]}-school-begins"
  service_namespace  = aws_appautoscaling_target.this[each.key].service_namespace
  scalable_dimension = aws_appautoscaling_target.this[each.key].scalable_dimension
  resource_id        = aws_appautoscaling_target.this[each.key].resource_id
  schedule           = "cron(45 ${var.school_hours.from - 1} ? * ${var.school_hours.days} *)"
  timezone           = var.school_hours.time_zone

  scalable_target_action {
    min_capacity = each.value.size.warm
    max_capacity = each.value.size.most
  }
}

resource "aws_appautoscaling_scheduled_action" "school_ends" {
  for_each           = local.scaled
  name               = "${var.names[each.key]}-school-ends"
  service_namespace  = aws_appautoscaling_target.this[each.key].service_namespace
  scalable_dimension = aws_appautoscaling_target.this[each.key].scalable_dimension
  resource_id        = aws_appautoscaling_target.this[each.key].resource_id
  schedule           = "cron(0 ${var.school_hours.to} ? * ${var.school_hours.days} *)"
  timezone           = var.school_hours.time_zone

  scalable_target_action {
    min_capacity = each.value.size.least
    max_capacity = each.value.size.most
  }

  # AWS changes one target at a time, and refuses the second of two at once.
  depends_on = [aws_appautoscaling_scheduled_action.school_begins]
}
