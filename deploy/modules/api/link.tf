# What the edge's VPC link points at. It passes bytes on: TLS ends at the application load balancer.

locals {
  link = local.ecs * (var.internal ? 1 : 0)
}

resource "aws_security_group" "link" {
  count       = local.link
  name        = "${var.name}-link"
  description = "Luca's network load balancer, behind API Gateway's VPC link."
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_egress_rule" "link" {
  count                        = local.link
  security_group_id            = aws_security_group.link[0].id
  description                  = "To the application load balancer, and nowhere else."
  referenced_security_group_id = aws_security_group.balancer[0].id
  ip_protocol                  = "tcp"
  from_port                    = local.port
  to_port                      = local.port
}

resource "aws_lb" "link" {
  count                            = local.link
  name                             = "${local.short}-nlb"
  internal                         = true
  load_balancer_type               = "network"
  subnets                          = var.private_subnet_ids
  security_groups                  = [aws_security_group.link[0].id]
  enable_cross_zone_load_balancing = true
  enable_deletion_protection       = var.deletion_protection

  # API Gateway comes by PrivateLink, without an address that a rule could name: nothing else has
  # an ingress rule, and so nobody else comes in.
  enforce_security_group_inbound_rules_on_private_link_traffic = "off"
}

resource "aws_lb_target_group" "link" {
  count       = local.link
  name        = "${local.short}-nlb"
  vpc_id      = var.vpc_id
  target_type = "alb"
  protocol    = "TCP"
  port        = local.port

  health_check {
    protocol = local.protocol
    path     = "/healthz"
    matcher  = "200"
    interval = 10
  }
}

resource "aws_lb_target_group_attachment" "link" {
  count            = local.link
  target_group_arn = aws_lb_target_group.link[0].arn
  target_id        = aws_lb.api[0].arn
  port             = local.port

  depends_on = [aws_lb_listener.api] # AWS refuses a load balancer that does not listen there yet
}

resource "aws_lb_listener" "link" {
  count             = local.link
  load_balancer_arn = aws_lb.link[0].arn
  port              = local.port
  protocol          = "TCP"

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.link[0].arn
  }
}
