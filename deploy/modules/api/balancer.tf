# The application load balancer judges health, drains what leaves and spreads requests; the edge
# reaches it through a network load balancer, since a VPC link of a REST API takes no other kind.

locals {
  tls      = var.certificate_arn != null
  port     = local.tls ? 443 : 80
  protocol = local.tls ? "HTTPS" : "HTTP"
  # Names of balancers and target groups have at most 32 characters.
  short = trimsuffix(substr(var.name, 0, 28), "-")
}

resource "aws_security_group" "balancer" {
  count       = local.ecs
  name        = "${var.name}-balancer"
  description = "Luca's load balancer."
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "balancer" {
  count                        = local.ecs * (var.internal ? 1 : 0)
  security_group_id            = aws_security_group.balancer[0].id
  description                  = "From the network load balancer, which the edge's VPC link reaches."
  referenced_security_group_id = aws_security_group.link[0].id
  ip_protocol                  = "tcp"
  from_port                    = local.port
  to_port                      = local.port
}

resource "aws_vpc_security_group_ingress_rule" "public" {
  count             = local.ecs * (var.internal ? 0 : 1)
  security_group_id = aws_security_group.balancer[0].id
  description       = "From everywhere: this load balancer is the edge's only way in."
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = local.port
  to_port           = local.port
}

resource "aws_vpc_security_group_egress_rule" "balancer" {
  count                        = local.ecs
  security_group_id            = aws_security_group.balancer[0].id
  description                  = "To the API's tasks, and nowhere else."
  referenced_security_group_id = aws_security_group.api[0].id
  ip_protocol                  = "tcp"
  from_port                    = 8000
  to_port                      = 8000
}

resource "aws_lb" "api" {
  count                      = local.ecs
  name                       = local.short
  internal                   = var.internal
  load_balancer_type         = "application"
  subnets                    = var.internal ? var.private_subnet_ids : var.public_subnet_ids
  security_groups            = [aws_security_group.balancer[0].id]
  drop_invalid_header_fields = true
  enable_deletion_protection = var.deletion_protection
  idle_timeout               = 60 # below gunicorn's keepalive of 75, or it meets closed connections
  desync_mitigation_mode     = "defensive"

  dynamic "access_logs" {
    for_each = var.access_logs_bucket == null ? [] : [var.access_logs_bucket]
    content {
      bucket  = access_logs.value
      prefix  = "balancer"
      enabled = true
    }
  }
}

resource "aws_lb_target_group" "api" {
  count                         = local.ecs
  name                          = local.short
  vpc_id                        = var.vpc_id
  target_type                   = "ip"
  protocol                      = "HTTP"
  port                          = 8000
  deregistration_delay          = var.deregistration_delay
  load_balancing_algorithm_type = "least_outstanding_requests" # requests differ: a grade, a report card

  # /healthz asks nothing of AWS. Were it /readyz, one slow minute of the table would end every task.
  health_check {
    path                = "/healthz"
    matcher             = "200"
    interval            = 10
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }

  lifecycle {
    precondition {
      condition     = var.deregistration_delay >= 25
      error_message = "A request has 25 seconds to finish (graceful_timeout in luca/gunicorn.py): drain at least as long."
    }
  }
}

resource "aws_lb_listener" "api" {
  count             = local.ecs
  load_balancer_arn = aws_lb.api[0].arn
  port              = local.port
  protocol          = local.protocol
  ssl_policy        = local.tls ? "ELBSecurityPolicy-TLS13-1-2-2021-06" : null
  certificate_arn   = var.certificate_arn

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.api[0].arn
  }
}
