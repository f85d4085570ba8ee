resource "aws_cloudwatch_log_group" "api" {
  count             = local.ecs # App Runner makes its own, by a name that is known afterwards
  name              = var.log_group_name
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

resource "aws_ecs_task_definition" "api" {
  count                    = local.ecs
  family                   = var.name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.cpu
  memory                   = var.memory
  task_role_arn            = var.task_role_arn
  execution_role_arn       = var.execution_role_arn
  container_definitions    = jsonencode([var.container])
  skip_destroy             = true # a roll back names an older revision, and it has to exist

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = var.cpu_architecture
  }

  volume {
    name = "tmp"
  }

  depends_on = [aws_cloudwatch_log_group.api]
}

resource "aws_security_group" "api" {
  count       = local.ecs
  name        = var.name
  description = "Luca's API: the load balancer reaches it, and nobody else."
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "api" {
  count                        = local.ecs
  security_group_id            = aws_security_group.api[0].id
  description                  = "From the load balancer."
  referenced_security_group_id = aws_security_group.balancer[0].id
  ip_protocol                  = "tcp"
  from_port                    = 8000
  to_port                      = 8000
}

resource "aws_ecs_service" "api" {
  count           = local.ecs
  name            = var.name
  cluster         = var.cluster_arn
  task_definition = aws_ecs_task_definition.api[0].arn
  desired_count   = max(var.scaling.least, 1)

  platform_version              = "LATEST"
  enable_execute_command        = var.enable_execute_command
  propagate_tags                = "SERVICE"
  availability_zone_rebalancing = "ENABLED"

  # All on demand: a spot instance that goes takes requests with it.
  capacity_provider_strategy {
    capacity_provider = "FARGATE"
    weight            = 1
  }

  # The new version answers before the old one goes.
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200
  health_check_grace_period_seconds  = 30

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets          = var.private_subnet_ids
    security_groups  = [aws_security_group.api[0].id, var.task_security_group_id]
    assign_public_ip = false
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.api[0].arn
    container_name   = var.container.name
    container_port   = 8000
  }

  lifecycle {
    ignore_changes = [desired_count] # scaling decides it, and an apply must not undo that
  }

  depends_on = [aws_lb_listener.api]
}
