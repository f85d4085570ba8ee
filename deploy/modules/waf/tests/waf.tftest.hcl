mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }
}

variables {
  prefix      = "dev-"
  account_id  = "123456789012"
  stage_arn   = "arn:aws:apigateway:mx-central-1::/restapis/a/stages/v1"
  kms_key_arn = "arn:aws:kms:mx-central-1:123456789012:key/1"
}

run "known_attacks_are_refused_and_large_bodies_pass" {
  command = plan

  assert {
    condition = toset(flatten([for rule in aws_wafv2_web_acl.edge.rule : [for group in flatten(rule.statement[*].managed_rule_group_statement[*]) : group.name]])) == toset([
      "AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet",
      "AWSManagedRulesSQLiRuleSet", "AWSManagedRulesAmazonIpReputationList",
    ])
    error_message = "The common rules, bad inputs, SQL injection and reputation."
  }
  assert {
    condition     = contains(flatten([for rule in aws_wafv2_web_acl.edge.rule : [for group in rule.statement[0].managed_rule_group_statement : group.rule_action_override[*].name]]), "SizeRestrictions_BODY")
    error_message = "50 events have more than 8 KB."
  }
  assert {
    condition     = alltrue([for rule in aws_wafv2_web_acl.edge.rule : length(rule.action[*].block[*]) + length(rule.override_action[*].none[*]) > 0])
    error_message = "Rules refuse; nothing only counts unless it is asked for."
  }
  assert {
    condition     = length([for rule in aws_wafv2_web_acl.edge.rule : rule if rule.name == "countries"]) == 0
    error_message = "Open to every country unless it is asked for."
  }
  assert {
    condition     = aws_cloudwatch_log_group.waf.name == "aws-waf-logs-dev-luca" && aws_cloudwatch_log_group.waf.retention_in_days == 30
    error_message = "WAF writes into groups of this beginning only."
  }
  assert {
    condition     = toset(flatten([for field in aws_wafv2_web_acl_logging_configuration.edge[0].redacted_fields : field.single_header[*].name])) == toset(["authorization", "cookie", "x-access-token"])
    error_message = "No token in a log."
  }
  assert {
    condition     = !anytrue([for rule in aws_wafv2_web_acl.edge.rule : rule.visibility_config[0].sampled_requests_enabled])
    error_message = "Samples would show tokens and paths."
  }
  assert {
    condition     = length(aws_wafv2_web_acl.origin) == 0
    error_message = "A private origin needs no door."
  }
}

run "a_country_is_a_choice" {
  command = plan

  variables {
    countries = ["MX", "US"]
  }

  assert {
    condition     = flatten([for rule in aws_wafv2_web_acl.edge.rule : [for no in rule.statement[0].not_statement : no.statement[0].geo_match_statement[0].country_codes]]) == ["MX", "US"]
    error_message = "All others are refused."
  }
}

run "counting_lets_everything_pass" {
  command = plan

  variables {
    count_only = true
    countries  = ["MX"]
  }

  assert {
    condition     = alltrue([for rule in aws_wafv2_web_acl.edge.rule : length(rule.action[*].count[*]) + length(rule.override_action[*].count[*]) > 0])
    error_message = "Nothing is refused while one looks."
  }
}

run "a_school_does_not_refuse_itself" {
  command = plan

  variables {
    rates = { address = 2000 }
  }

  expect_failures = [var.rates]
}

run "a_public_origin_opens_to_the_edge_only" {
  command = plan

  variables {
    origin_public = true
    origin_arn    = "arn:aws:apprunner:us-east-1:123456789012:service/s/1"
    origin_secret = "0123456789abcdef0123456789abcdef"
  }

  assert {
    condition     = length(aws_wafv2_web_acl.origin[0].default_action[0].block) == 1 && length(aws_wafv2_web_acl_association.origin) == 1
    error_message = "Nobody else comes in."
  }
}
