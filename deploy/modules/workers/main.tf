# The cluster, and the programs that nobody calls: they take work off queues, have no ingress and
# need none. `beat` is not among them: EventBridge Scheduler does its work (module scheduler).

resource "aws_ecs_cluster" "this" {
  name = var.cluster_name

  setting {
    name  = "containerInsights"
    value = var.container_insights
  }
}

resource "aws_ecs_cluster_capacity_providers" "this" {
  cluster_name       = aws_ecs_cluster.this.name
  capacity_providers = ["FARGATE", "FARGATE_SPOT"]
}

locals {
  # Alone at its work, or many: the lake's writer is fenced by its checkpoint, and a second one would only wait.
  sizes = merge(
    { worker = var.worker, consumer = var.consumer, manage = var.manage },
    var.lake.run ? { lake = var.lake } : {},
  )
  services = toset([for name in keys(local.sizes) : name if name != "manage"])
  roles    = { worker = "worker", consumer = "consumer", lake = "lake", manage = "platform" }
}

resource "aws_cloudwatch_log_group" "this" {
  for_each          = local.sizes
  name              = var.log_group_names[each.key]
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

resource "aws_ecs_task_definition" "this" {
  for_each                 = local.sizes
  family                   = var.names[each.key]
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = each.value.cpu
  memory                   = each.value.memory
  task_role_arn            = var.task_role_arns[local.roles[each.key]]
  execution_role_arn       = var.execution_role_arn
  container_definitions    = jsonencode([var.containers[each.key]])
  skip_destroy             = true # a roll back names an older revision, and it has to exist

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = var.cpu_architecture
  }

  volume {
    name = "tmp"
  }

  depends_on = [aws_cloudwatch_log_group.this]
}

resource "aws_ecs_service" "this" {
  for_each        = local.services
  name            = var.names[each.key]
  cluster         = aws_ecs_cluster.this.arn
  task_definition = aws_ecs_task_definition.this[each.key].arn
  desired_count   = each.key == "lake" ? 1 : max(local.sizes[each.key].least, 1)

  platform_version       = "LATEST"
  enable_execute_command = var.enable_execute_command
  propagate_tags         = "SERVICE"

  # A spot instance is told two minutes before it goes, and a task that it takes along is done again:
  # tasks are acknowledged when they are done. The consumer and the lake lose time by it, so only the worker.
  capacity_provider_strategy {
    capacity_provider = "FARGATE"
    base              = 1 # one that nobody takes away
    weight            = each.key == "worker" ? 100 - var.worker.spot_percent : 1
  }

  dynamic "capacity_provider_strategy" {
    for_each = each.key == "worker" && var.worker.spot_percent > 0 ? [var.worker.spot_percent] : []
    content {
      capacity_provider = "FARGATE_SPOT"
      weight            = capacity_provider_strategy.value
    }
  }

  # The lake's one task ends before the next begins; the others are never fewer than they have to be.
  deployment_minimum_healthy_percent = each.key == "lake" ? 0 : 100
  deployment_maximum_percent         = each.key == "lake" ? 100 : 200

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets          = var.private_subnet_ids
    security_groups  = [var.task_security_group_id]
    assign_public_ip = false
  }

  lifecycle {
    ignore_changes = [desired_count] # scaling decides it, and an apply must not undo that
  }

  depends_on = [aws_ecs_cluster_capacity_providers.this]
}
