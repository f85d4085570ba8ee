# Metrics, alarms, dashboard, saved queries, and where alarms are told.

locals {
  # One log group for each entry point of the image, by the names that the role `execution` may write to.
  log_group_names = { for service in ["api", "worker", "consumer", "lake", "manage"] : service => "/ecs/${module.documents.names["luca-${service}"]}" }

  # Environments of one account must not add their figures up. `dev-` becomes Luca/Platform/dev.
  metric_namespace = var.prefix == "" ? "Luca/Platform" : "Luca/Platform/${trimsuffix(var.prefix, "-")}"

  # What the image is told of metrics (module `container`, input `more`).
  metric_settings = {
    LUCA_METRIC_NAMESPACE = local.metric_namespace
    LUCA_METRIC_SCHOOLS   = length(var.metric_schools) == 0 ? "none" : join(",", var.metric_schools)
  }
}

module "observability" {
  source      = "../../modules/observability"
  prefix      = var.prefix
  alarms      = module.documents.alarms
  dashboard   = module.documents.dashboard
  log_queries = module.documents.log_queries
  # App Runner names its group after the service's id, which nobody knows before it is made.
  log_group_names = { for service, name in local.log_group_names : service =>
    service == "api" && var.api_runtime == "apprunner" ? "/aws/apprunner/${join("/", slice(split("/", module.api.arn), 1, 3))}/application" : name
  }
  metric_namespace     = local.metric_namespace
  alerts_topic_arn     = module.topics.arns["luca-ops-alerts"]
  runbook_url          = var.runbook_url
  chat_role_arn        = module.tenant_iam.role_arns["chat"]
  slack                = var.slack
  teams                = var.teams
  contributor_insights = var.contributor_insights
  xray_group           = var.xray_group
}

output "dashboard_name" {
  value       = module.observability.dashboard_name
  description = "The dashboard that operators look at first."
}

output "alarm_arns" {
  value       = module.observability.alarm_arns
  description = "The alarms by their key in alarms.json."
}
