# POST /behavior, word for word as deploy/behavior.integration.json has it.

locals {
  method      = var.behavior.method
  integration = var.behavior.integration

  answers = { for one in var.behavior.integration_responses : one.status_code => one }

  # A method declares every header that some answer may set; a template may change the status.
  declared = { for name in distinct(flatten([for one in var.behavior.integration_responses : keys(one.response_parameters)])) : name => true }
}

resource "aws_api_gateway_resource" "behavior" {
  rest_api_id = aws_api_gateway_rest_api.this.id
  parent_id   = aws_api_gateway_rest_api.this.root_resource_id
  path_part   = trimprefix(local.method.path, "/")
}

resource "aws_api_gateway_model" "this" {
  for_each = var.behavior.models

  rest_api_id  = aws_api_gateway_rest_api.this.id
  name         = each.key
  content_type = "application/json"
  schema       = jsonencode(each.value)
}

resource "aws_api_gateway_request_validator" "behavior" {
  rest_api_id                 = aws_api_gateway_rest_api.this.id
  name                        = "behavior"
  validate_request_body       = local.method.request_validator.validate_request_body
  validate_request_parameters = local.method.request_validator.validate_request_parameters
}

resource "aws_api_gateway_method" "behavior" {
  rest_api_id          = aws_api_gateway_rest_api.this.id
  resource_id          = aws_api_gateway_resource.behavior.id
  http_method          = local.method.http_method
  authorization        = local.method.authorization
  authorizer_id        = aws_api_gateway_authorizer.people.id
  authorization_scopes = local.method.authorization_scopes # none: with scopes access tokens would be wanted
  request_parameters   = local.method.request_parameters
  request_models       = { for type, name in local.method.request_models : type => aws_api_gateway_model.this[name].name }
  request_validator_id = aws_api_gateway_request_validator.behavior.id
}

resource "aws_api_gateway_integration" "behavior" {
  rest_api_id             = aws_api_gateway_rest_api.this.id
  resource_id             = aws_api_gateway_resource.behavior.id
  http_method             = aws_api_gateway_method.behavior.http_method
  type                    = local.integration.type
  integration_http_method = local.integration.http_method
  uri                     = local.integration.uri
  credentials             = var.gateway_role_arn
  passthrough_behavior    = local.integration.passthrough_behavior
  content_handling        = local.integration.content_handling
  timeout_milliseconds    = local.integration.timeout_milliseconds
  request_parameters      = local.integration.request_parameters
  request_templates       = local.integration.request_templates
}

resource "aws_api_gateway_method_response" "behavior" {
  for_each = toset(var.behavior.method_responses)

  rest_api_id         = aws_api_gateway_rest_api.this.id
  resource_id         = aws_api_gateway_resource.behavior.id
  http_method         = aws_api_gateway_method.behavior.http_method
  status_code         = each.key
  response_parameters = local.declared
}

resource "aws_api_gateway_integration_response" "behavior" {
  for_each = local.answers

  rest_api_id         = aws_api_gateway_rest_api.this.id
  resource_id         = aws_api_gateway_resource.behavior.id
  http_method         = aws_api_gateway_method.behavior.http_method
  status_code         = aws_api_gateway_method_response.behavior[each.key].status_code
  selection_pattern   = each.value.selection_pattern
  response_parameters = { for name, value in each.value.response_parameters : name => value }
  response_templates  = each.value.response_templates

  depends_on = [aws_api_gateway_integration.behavior]
}
