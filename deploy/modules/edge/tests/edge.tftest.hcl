mock_provider "aws" {
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:mx-central-1:123456789012:log-group:g" }
  }
}

variables {
  prefix           = "dev-"
  pool_arn         = "arn:aws:cognito-idp:mx-central-1:123456789012:userpool/p"
  client_id        = "c"
  gateway_role_arn = "arn:aws:iam::123456789012:role/dev-luca-gateway"
  kms_key_arn      = "arn:aws:kms:mx-central-1:123456789012:key/1"
  origin           = { url = "https://api.escuela.mx", private = true, nlb_arn = "arn:aws:elasticloadbalancing:mx-central-1:123456789012:loadbalancer/net/n/1" }

  behavior = {
    method = {
      path                 = "/behavior"
      http_method          = "POST"
      authorization        = "COGNITO_USER_POOLS"
      authorization_scopes = []
      request_parameters   = {}
      request_validator    = { validate_request_body = true, validate_request_parameters = false }
      request_models       = { "application/json" = "behavior" }
    }
    integration = {
      type                 = "AWS"
      http_method          = "POST"
      uri                  = "arn:aws:apigateway:mx-central-1:sqs:path/123456789012/dev-behavior-events-queue"
      passthrough_behavior = "NEVER"
      content_handling     = "CONVERT_TO_TEXT"
      timeout_milliseconds = 5000
      request_parameters   = {}
      request_templates    = { "application/json" = "Action=SendMessage" }
    }
    integration_responses = [{
      selection_pattern   = "2\\d{2}"
      status_code         = "202"
      response_parameters = { "method.response.header.X-Correlation-ID" = "context.requestId" }
      response_templates  = { "application/json" = "{}" }
    }]
    method_responses  = ["202", "403"]
    gateway_responses = {}
    models            = { behavior = { type = "object" } }
  }
}

run "events_wait_for_nobody_and_teachers_for_no_events" {
  command = plan

  assert {
    condition     = aws_api_gateway_method_settings.behavior.method_path == "behavior/POST"
    error_message = "Events have limits of their own."
  }
  assert {
    condition     = aws_api_gateway_method_settings.behavior.settings[0].throttling_rate_limit == 6000 && aws_api_gateway_method_settings.all.settings[0].throttling_rate_limit == 3000
    error_message = "Together below the account's 10,000 a second."
  }
  assert {
    condition     = aws_api_gateway_stage.this.xray_tracing_enabled && !aws_api_gateway_method_settings.all.settings[0].data_trace_enabled
    error_message = "Traced, and no body in a log."
  }
  assert {
    condition     = aws_cloudwatch_log_group.access.retention_in_days == 30 && aws_cloudwatch_log_group.execution.retention_in_days == 30
    error_message = "Logs are kept 30 days."
  }
  assert {
    condition     = alltrue([for one in aws_api_gateway_integration.proxy : one.connection_type == "VPC_LINK"]) && length(aws_api_gateway_vpc_link.api) == 1
    error_message = "A private origin is reached through the link."
  }
  assert {
    condition     = aws_api_gateway_rest_api.this.disable_execute_api_endpoint == false && length(aws_api_gateway_domain_name.this) == 0
    error_message = "Without a name of its own AWS's is the way in."
  }
}

run "a_name_of_ones_own_is_the_only_way_in" {
  command = plan

  variables {
    domain = { name = "api.escuela.mx", certificate_arn = "arn:aws:acm:mx-central-1:123456789012:certificate/1", zone_id = "Z1" }
  }

  assert {
    condition     = aws_api_gateway_rest_api.this.disable_execute_api_endpoint && aws_api_gateway_domain_name.this[0].security_policy == "TLS_1_2"
    error_message = "AWS's own name would take older TLS."
  }
  assert {
    condition     = toset(keys(aws_route53_record.this)) == toset(["A", "AAAA"])
    error_message = "Found by both kinds of address."
  }
}

run "a_public_origin_is_told_who_comes" {
  command = plan

  variables {
    origin        = { url = "https://x.mx-central-1.awsapprunner.com", private = false }
    origin_secret = "0123456789abcdef0123456789abcdef"
  }

  assert {
    condition     = alltrue([for one in aws_api_gateway_integration.proxy : one.connection_type == "INTERNET" && one.request_parameters["integration.request.header.X-Luca-Edge"] == "'0123456789abcdef0123456789abcdef'"])
    error_message = "Whoever goes around the edge does not know the header."
  }
}

run "a_public_origin_without_a_secret_is_refused" {
  command = plan

  variables {
    origin = { url = "https://x.mx-central-1.awsapprunner.com", private = false }
  }

  expect_failures = [var.origin_secret]
}

run "a_public_origin_without_tls_is_refused" {
  command = plan

  variables {
    origin        = { url = "http://x.example", private = false }
    origin_secret = "0123456789abcdef0123456789abcdef"
  }

  expect_failures = [var.origin]
}

run "what_the_account_does_not_grant_is_not_promised" {
  command = plan

  variables {
    limits = { account_rate = 2500 }
  }

  expect_failures = [var.limits]
}

run "json_stays_text" {
  command = plan

  variables {
    binary_media_types = ["*/*"]
  }

  expect_failures = [var.binary_media_types]
}
