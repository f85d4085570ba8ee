# What stands before the edge: AWS's rules against known attacks, and limits of what one address, one
# token or one browser may ask. Schools are told apart by the application: WAF reads no token.

locals {
  managed = merge(
    {
      common     = { group = "AWSManagedRulesCommonRuleSet", order = 10 }
      bad-inputs = { group = "AWSManagedRulesKnownBadInputsRuleSet", order = 11 }
      sql        = { group = "AWSManagedRulesSQLiRuleSet", order = 12 }
      reputation = { group = "AWSManagedRulesAmazonIpReputationList", order = 13 }
    },
    var.block_anonymous ? { anonymous = { group = "AWSManagedRulesAnonymousIpList", order = 14 } } : {},
  )

  # Rules of the groups that would refuse what Luca takes.
  counted = {
    # Bodies above 8 KB: a request with 50 events has up to 190,000 bytes, and the queue has its own limit.
    # Programs and some schools' proxies name no agent.
    common = ["SizeRestrictions_BODY", "NoUserAgent_HEADER"]
  }

  # One line each: whose requests are counted, how many in a minute, and of which path alone.
  rates = {
    address           = { order = 1, limit = var.rates.address, path = null, key = "address" }
    sign-in           = { order = 2, limit = var.rates.sign_in, path = "/auth/", key = "address" }
    token             = { order = 3, limit = var.rates.token, path = null, key = "authorization" }
    token-of-a-person = { order = 4, limit = var.rates.person_events, path = "/behavior", key = "authorization" }
    browser           = { order = 5, limit = var.rates.browser, path = null, key = "cookie" }
  }

  problems = {
    slow-down = { status = 429, code = "too_many_requests", title = "Demasiadas solicitudes", detail = "Too many requests; try again in a minute." }
    elsewhere = { status = 403, code = "forbidden", title = "No tiene permiso para hacer esto", detail = "From this country nothing is taken." }
  }
}

resource "aws_wafv2_web_acl" "edge" {
  name        = "${var.prefix}luca-edge"
  description = "Before Luca's front"
  scope       = "REGIONAL"

  default_action {
    allow {}
  }

  # 16 KB of a body are looked at (more costs more); what is beyond is judged by what was seen.
  association_config {
    request_body {
      api_gateway {
        default_size_inspection_limit = "KB_16"
      }
    }
  }

  dynamic "custom_response_body" {
    for_each = local.problems
    content {
      key          = custom_response_body.key
      content_type = "APPLICATION_JSON"
      content = jsonencode({
        type   = "urn:luca:problem:${custom_response_body.value.code}"
        title  = custom_response_body.value.title
        status = custom_response_body.value.status
        detail = custom_response_body.value.detail
        code   = custom_response_body.value.code
      })
    }
  }

  dynamic "rule" {
    for_each = local.rates
    content {
      name     = rule.key
      priority = rule.value.order

      action {
        dynamic "count" {
          for_each = var.count_only ? [1] : []
          content {}
        }
        dynamic "block" {
          for_each = var.count_only ? [] : [1]
          content {
            custom_response {
              response_code            = 429
              custom_response_body_key = "slow-down"
              response_header {
                name  = "Retry-After"
                value = "60"
              }
            }
          }
        }
      }

      statement {
        rate_based_statement {
          limit                 = rule.value.limit
          evaluation_window_sec = 60
          aggregate_key_type    = rule.value.key == "address" ? "IP" : "CUSTOM_KEYS"

          # Requests without the header or the cookie are not counted here.
          dynamic "custom_key" {
            for_each = rule.value.key == "authorization" ? [1] : []
            content {
              header {
                name = "authorization"
                text_transformation {
                  priority = 0
                  type     = "MD5" # WAF counts by a digest, and keeps no token
                }
              }
            }
          }
          dynamic "custom_key" {
            for_each = rule.value.key == "cookie" ? [1] : []
            content {
              cookie {
                name = var.session_cookie
                text_transformation {
                  priority = 0
                  type     = "MD5"
                }
              }
            }
          }

          dynamic "scope_down_statement" {
            for_each = rule.value.path == null ? [] : [rule.value.path]
            content {
              byte_match_statement {
                search_string         = scope_down_statement.value
                positional_constraint = endswith(scope_down_statement.value, "/") ? "CONTAINS" : "ENDS_WITH" # before the path is the stage, or is not
                field_to_match {
                  uri_path {}
                }
                text_transformation {
                  priority = 0
                  type     = "LOWERCASE"
                }
              }
            }
          }
        }
      }

      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = "${var.prefix}luca-rate-${rule.key}"
        sampled_requests_enabled   = false # samples would show tokens
      }
    }
  }

  dynamic "rule" {
    for_each = length(var.countries) == 0 ? [] : [var.countries]
    content {
      name     = "countries"
      priority = 6

      action {
        dynamic "count" {
          for_each = var.count_only ? [1] : []
          content {}
        }
        dynamic "block" {
          for_each = var.count_only ? [] : [1]
          content {
            custom_response {
              response_code            = 403
              custom_response_body_key = "elsewhere"
            }
          }
        }
      }

      statement {
        not_statement {
          statement {
            geo_match_statement {
              country_codes = rule.value
            }
          }
        }
      }

      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = "${var.prefix}luca-countries"
        sampled_requests_enabled   = false
      }
    }
  }

  dynamic "rule" {
    for_each = local.managed
    content {
      name     = rule.key
      priority = rule.value.order

      override_action {
        dynamic "count" {
          for_each = var.count_only ? [1] : []
          content {}
        }
        dynamic "none" {
          for_each = var.count_only ? [] : [1]
          content {}
        }
      }

      statement {
        managed_rule_group_statement {
          vendor_name = "AWS"
          name        = rule.value.group

          dynamic "rule_action_override" {
            for_each = distinct(concat(lookup(local.counted, rule.key, []), lookup(var.counted_rules, rule.key, [])))
            content {
              name = rule_action_override.value
              action_to_use {
                count {}
              }
            }
          }
        }
      }

      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = "${var.prefix}luca-${rule.key}"
        sampled_requests_enabled   = false
      }
    }
  }

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = "${var.prefix}luca-edge"
    sampled_requests_enabled   = false
  }
}

resource "aws_wafv2_web_acl_association" "edge" {
  resource_arn = var.stage_arn
  web_acl_arn  = aws_wafv2_web_acl.edge.arn
}
