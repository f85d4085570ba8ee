# The front: a REST API, because only its mapping templates build the body of a message. POST
# /behavior goes straight to the queue as deploy/behavior.integration.json says (behavior.tf);
# everything else is passed on to the API, which judges tokens by itself (proxy.tf).

locals {
  name = "${var.prefix}luca"

  # The decision of a plan must not hang on a value that only an apply knows.
  link = var.origin.private ? 1 : 0
}

resource "aws_api_gateway_rest_api" "this" {
  name        = local.name
  description = "Luca's front: events to their queue, the rest to the API"

  # With a name of our own there is one way in, and it speaks TLS 1.2 at least.
  disable_execute_api_endpoint = var.domain != null

  # What is not text passes unchanged. JSON is not among it: of a binary body a template sees base64.
  binary_media_types = var.binary_media_types

  endpoint_configuration {
    types = ["REGIONAL"]
  }
}

# ID tokens of Luca's own client and no others: the school of an event is a claim.
resource "aws_api_gateway_authorizer" "people" {
  name                           = "people"
  rest_api_id                    = aws_api_gateway_rest_api.this.id
  type                           = "COGNITO_USER_POOLS"
  provider_arns                  = [var.pool_arn]
  identity_source                = "method.request.header.Authorization"
  identity_validation_expression = var.client_id
}

resource "aws_api_gateway_deployment" "this" {
  rest_api_id = aws_api_gateway_rest_api.this.id
  description = "Made anew whenever anything below has changed"

  # A deployment is a copy: without all of it here a change would never reach the stage. What is empty
  # does not count: where nothing was told the state says null after an apply and "" or [] after the
  # next look, and every second plan would deploy the same again.
  triggers = {
    content = sha256(jsonencode([
      for one in jsondecode(nonsensitive(jsonencode(concat(
        [
          { types = aws_api_gateway_rest_api.this.binary_media_types },
          aws_api_gateway_authorizer.people,
          aws_api_gateway_resource.behavior,
          aws_api_gateway_request_validator.behavior,
          aws_api_gateway_method.behavior,
          aws_api_gateway_integration.behavior,
        ],
        values(aws_api_gateway_resource.proxy),
        values(aws_api_gateway_resource.below),
        values(aws_api_gateway_model.this),
        values(aws_api_gateway_method_response.behavior),
        values(aws_api_gateway_integration_response.behavior),
        values(aws_api_gateway_method.proxy),
        values(aws_api_gateway_integration.proxy),
        values(aws_api_gateway_gateway_response.this),
      )))) : { for name, value in one : name => value if value != null && try(length(value), 1) > 0 }
    ]))
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_stage" "this" {
  rest_api_id          = aws_api_gateway_rest_api.this.id
  deployment_id        = aws_api_gateway_deployment.this.id
  stage_name           = var.stage_name
  xray_tracing_enabled = true

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.access.arn
    format          = jsonencode(local.access_log)
  }

  depends_on = [aws_cloudwatch_log_group.execution] # or API Gateway makes it, kept for ever
}

# The limits: what is asked of everything else may not use up what events need, and the other way.
resource "aws_api_gateway_method_settings" "all" {
  rest_api_id = aws_api_gateway_rest_api.this.id
  stage_name  = aws_api_gateway_stage.this.stage_name
  method_path = "*/*"

  settings {
    throttling_rate_limit  = var.limits.api_rate
    throttling_burst_limit = var.limits.api_burst
    metrics_enabled        = true
    logging_level          = var.execution_log_level
    data_trace_enabled     = false # it would write bodies and tokens into a log
  }
}

resource "aws_api_gateway_method_settings" "behavior" {
  rest_api_id = aws_api_gateway_rest_api.this.id
  stage_name  = aws_api_gateway_stage.this.stage_name
  method_path = "${aws_api_gateway_resource.behavior.path_part}/${aws_api_gateway_method.behavior.http_method}"

  settings {
    throttling_rate_limit  = var.limits.behavior_rate
    throttling_burst_limit = var.limits.behavior_burst
    metrics_enabled        = true
    logging_level          = var.execution_log_level
    data_trace_enabled     = false
  }
}
