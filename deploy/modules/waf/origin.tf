# A public origin (App Runner) has a door of its own. It opens to the edge only, which brings a
# header that nobody else knows; its health checks do not pass by here. Behind a VPC link there is no such door.

resource "aws_wafv2_web_acl" "origin" {
  count = var.origin_public ? 1 : 0

  name        = "${var.prefix}luca-origin"
  description = "Only the edge may come in"
  scope       = "REGIONAL"

  default_action {
    block {}
  }

  rule {
    name     = "edge"
    priority = 0

    action {
      allow {}
    }

    statement {
      byte_match_statement {
        search_string         = var.origin_secret
        positional_constraint = "EXACTLY"
        field_to_match {
          single_header {
            name = "x-luca-edge"
          }
        }
        text_transformation {
          priority = 0
          type     = "NONE"
        }
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "${var.prefix}luca-origin-edge"
      sampled_requests_enabled   = false
    }
  }

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = "${var.prefix}luca-origin"
    sampled_requests_enabled   = false
  }
}

resource "aws_wafv2_web_acl_association" "origin" {
  count = var.origin_public ? 1 : 0

  resource_arn = var.origin_arn
  web_acl_arn  = aws_wafv2_web_acl.origin[0].arn
}
