# What API Gateway refuses by itself is a problem (RFC 9457) as the API's are, with its titles. What
# deploy/behavior.integration.json words stands there; the rest is here. tests/deploy/test_edge.py
# knows every type that API Gateway has.

locals {
  spoken = {
    forbidden         = { status = "403", title = "No tiene permiso para hacer esto" }
    internal          = { status = "500", title = "Algo salió mal de nuestro lado" }
    malformed         = { status = "400", title = "No se puede leer la solicitud" }
    not_found         = { status = "404", title = "No existe" }
    too_many_requests = { status = "429", title = "Demasiadas solicitudes" }
    unauthenticated   = { status = "401", title = "Inicie sesión primero" }
    unavailable       = { status = "503", title = "Por el momento no funciona" }
  }

  fault = "The fault is ours and has been recorded. Quote the X-Correlation-ID when you ask."

  worded = {
    ACCESS_DENIED                  = { code = "forbidden", detail = "The token does not open this." }
    API_CONFIGURATION_ERROR        = { code = "internal", detail = local.fault }
    AUTHORIZER_CONFIGURATION_ERROR = { code = "internal", detail = local.fault }
    AUTHORIZER_FAILURE             = { code = "unavailable", detail = "The token cannot be judged; try again in a moment." }
    BAD_REQUEST_PARAMETERS         = { code = "malformed", detail = "A parameter or header cannot be read." }
    EXPIRED_TOKEN                  = { code = "unauthenticated", detail = "The token is not valid." }
    INTEGRATION_FAILURE            = { code = "unavailable", detail = "The service does not answer; try again in a moment." }
    INVALID_API_KEY                = { code = "forbidden", detail = "Keys are not taken here, tokens are." }
    INVALID_SIGNATURE              = { code = "unauthenticated", detail = "The token is not valid." }
    MISSING_AUTHENTICATION_TOKEN   = { code = "not_found", detail = "There is nothing under this address." }
    QUOTA_EXCEEDED                 = { code = "too_many_requests", detail = "Too many requests; try again later." }
    RESOURCE_NOT_FOUND             = { code = "not_found", detail = "There is nothing under this address." }
    THROTTLED                      = { code = "too_many_requests", detail = "Too many requests at once; try again in a moment." }
    WAF_FILTERED                   = { code = "forbidden", detail = "The firewall refuses this request. Quote the X-Correlation-ID when you ask." }
    DEFAULT_4XX                    = { code = "malformed", detail = "The request is not one that is taken here." }
    DEFAULT_5XX                    = { code = "unavailable", detail = "It does not work at the moment; try again." }
  }

  more_headers = {
    unauthenticated   = { "gatewayresponse.header.WWW-Authenticate" = "'Bearer'" }
    too_many_requests = { "gatewayresponse.header.Retry-After" = "'5'" }
    unavailable       = { "gatewayresponse.header.Retry-After" = "'1'" }
  }

  ours = { for type, one in local.worded : type => {
    status_code = local.spoken[one.code].status
    body = {
      type   = "urn:luca:problem:${one.code}"
      title  = local.spoken[one.code].title
      status = tonumber(local.spoken[one.code].status)
      detail = one.detail
      code   = one.code
    }
    response_parameters = merge({
      "gatewayresponse.header.Content-Type"     = "'application/problem+json'"
      "gatewayresponse.header.Cache-Control"    = "'no-store'"
      "gatewayresponse.header.X-Correlation-ID" = "context.requestId"
    }, lookup(local.more_headers, one.code, {}))
  } }

  responses = merge(local.ours, { for type, one in var.behavior.gateway_responses : type => {
    status_code         = one.status_code
    body                = one.body
    response_parameters = { for name, value in one.response_parameters : name => value }
  } })
}

resource "aws_api_gateway_gateway_response" "this" {
  for_each = local.responses

  rest_api_id         = aws_api_gateway_rest_api.this.id
  response_type       = each.key
  status_code         = each.value.status_code
  response_parameters = each.value.response_parameters
  response_templates  = { "application/json" = jsonencode(each.value.body) }
}
