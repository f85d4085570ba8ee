# Who asked is in the application's log, by hash. Here is nobody: no address, path, claim or agent,
# for a path may name a person. `route` is the pattern that a request met.

locals {
  access_log = {
    correlation_id      = "$context.requestId"
    time                = "$context.requestTimeEpoch"
    method              = "$context.httpMethod"
    route               = "$context.resourcePath"
    status              = "$context.status"
    refused_by          = "$context.error.responseType"
    duration_ms         = "$context.responseLatency"
    integration_ms      = "$context.integration.latency"
    integration_status  = "$context.integration.status"
    authorizer_error    = "$context.authorizer.error"
    firewall            = "$context.waf.status"
    answer_bytes        = "$context.responseLength"
    trace_id            = "$context.xrayTraceId"
    extended_request_id = "$context.extendedRequestId"
  }
}

resource "aws_cloudwatch_log_group" "access" {
  name              = "/${local.name}/edge-access"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

# API Gateway's own group, made first, so that it is not kept for ever.
resource "aws_cloudwatch_log_group" "execution" {
  name              = "API-Gateway-Execution-Logs_${aws_api_gateway_rest_api.this.id}/${var.stage_name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}
