# Everything but POST /behavior is passed on as it is. The API judges the token, the limits and the
# body; what is public there (signing in, the documentation) is public here.

locals {
  origin = trimsuffix(var.origin.url, "/")

  # Where a request comes in, and what the API knows it by.
  routes = {
    "/"                  = { method = "ANY", target = "/", greedy = false }
    "/{proxy+}"          = { method = "ANY", target = "/{proxy}", greedy = true }
    "/behavior"          = { method = "ANY", target = "/behavior", greedy = false } # but POST, which is more specific
    "/behavior/{proxy+}" = { method = "ANY", target = "/behavior/{proxy}", greedy = true }
    # A program's token names no school that a template could read: its events go by the API.
    "/programs/events" = { method = "POST", target = "/behavior", greedy = false }
  }

  headers = merge(
    {
      # The id under which gateway, API, queue and consumer write of one request; a caller's own does
      # not come through.
      "integration.request.header.X-Correlation-ID" = "context.requestId"
      # Whom limits per address count: not what a caller writes there.
      "integration.request.header.X-Forwarded-For" = "context.identity.sourceIp"
      # API Gateway takes what is compressed for text, and ruins it.
      "integration.request.header.Accept-Encoding" = "'identity'"
    },
    var.origin.private ? {} : { "integration.request.header.X-Luca-Edge" = "'${coalesce(var.origin_secret, "none")}'" },
  )
}

resource "aws_api_gateway_resource" "proxy" {
  for_each = {
    "/{proxy+}" = "{proxy+}"
    "/programs" = "programs"
  }

  rest_api_id = aws_api_gateway_rest_api.this.id
  parent_id   = aws_api_gateway_rest_api.this.root_resource_id
  path_part   = each.value
}

resource "aws_api_gateway_resource" "below" {
  for_each = {
    "/behavior/{proxy+}" = { parent = aws_api_gateway_resource.behavior.id, part = "{proxy+}" }
    "/programs/events"   = { parent = aws_api_gateway_resource.proxy["/programs"].id, part = "events" }
  }

  rest_api_id = aws_api_gateway_rest_api.this.id
  parent_id   = each.value.parent
  path_part   = each.value.part
}

locals {
  resource_ids = merge(
    {
      "/"         = aws_api_gateway_rest_api.this.root_resource_id
      "/behavior" = aws_api_gateway_resource.behavior.id
    },
    { for path, resource in aws_api_gateway_resource.proxy : path => resource.id },
    { for path, resource in aws_api_gateway_resource.below : path => resource.id },
  )
}

resource "aws_api_gateway_vpc_link" "api" {
  count = local.link

  name        = local.name
  description = "To the load balancer that only the VPC can reach"
  target_arns = [var.origin.nlb_arn]
}

resource "aws_api_gateway_method" "proxy" {
  for_each = local.routes

  rest_api_id        = aws_api_gateway_rest_api.this.id
  resource_id        = local.resource_ids[each.key]
  http_method        = each.value.method
  authorization      = "NONE"
  request_parameters = each.value.greedy ? { "method.request.path.proxy" = true } : {}
}

resource "aws_api_gateway_integration" "proxy" {
  for_each = local.routes

  rest_api_id             = aws_api_gateway_rest_api.this.id
  resource_id             = local.resource_ids[each.key]
  http_method             = aws_api_gateway_method.proxy[each.key].http_method
  type                    = "HTTP_PROXY"
  integration_http_method = each.value.method
  uri                     = "${local.origin}${each.value.target}"
  passthrough_behavior    = "WHEN_NO_MATCH"
  timeout_milliseconds    = 29000 # API Gateway's longest; the API gives a request 25 seconds
  connection_type         = var.origin.private ? "VPC_LINK" : "INTERNET"
  connection_id           = one(aws_api_gateway_vpc_link.api[*].id)

  request_parameters = merge(
    local.headers,
    each.value.greedy ? { "integration.request.path.proxy" = "method.request.path.proxy" } : {},
  )
}
