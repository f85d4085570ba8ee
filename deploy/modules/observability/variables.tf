variable "prefix" {
  type        = string
  default     = ""
  description = "Stands before names that no document knows."
}

variable "alarms" {
  type        = any
  description = "alarms.json (from `documents`)."

  validation {
    condition     = alltrue([for alarm in values(var.alarms.alarms) : length(try(alarm.metrics, {})) <= 10])
    error_message = "An alarm over an expression takes ten metrics at most."
  }
}

variable "dashboard" {
  type        = any
  description = "dashboard.json (from `documents`)."
}

variable "log_queries" {
  type        = any
  description = "log_queries.json (from `documents`)."
}

variable "log_group_names" {
  type        = map(string)
  description = "The log group of each service that has one: api, worker, consumer, lake."
}

variable "metric_namespace" {
  type        = string
  default     = "Luca/Platform"
  description = "Where this environment's own metrics are: what the image is told as LUCA_METRIC_NAMESPACE."

  validation {
    condition     = startswith(var.metric_namespace, "Luca/") && !strcontains(var.metric_namespace, "AWS/")
    error_message = "The namespace begins with Luca/; AWS/ is reserved."
  }
}

variable "alerts_topic_arn" {
  type        = string
  description = "The topic that alarms tell (luca-ops-alerts)."
}

variable "runbook_url" {
  type        = string
  default     = "docs/runbook-alarms.md"
  description = "Where the runbook of alarms is read; each alarm links to its own heading."
}

variable "chat_role_arn" {
  type        = string
  default     = null
  description = "What the chat room may see of CloudWatch (role `chat`)."
}

variable "slack" {
  type        = object({ workspace_id = string, channel_id = string })
  default     = null
  description = "The Slack room that alarms are told in; null for none."

  validation {
    condition     = var.slack == null || can(regex("^T[A-Z0-9]+$", var.slack.workspace_id)) && can(regex("^[CG][A-Z0-9]+$", var.slack.channel_id))
    error_message = "A Slack workspace's id begins with T, a channel's with C or G."
  }
}

variable "teams" {
  type        = object({ tenant_id = string, team_id = string, channel_id = string })
  default     = null
  description = "The Microsoft Teams room that alarms are told in; null for none."
}

variable "contributor_insights" {
  type        = bool
  default     = false
  description = "Whether CloudWatch ranks the schools that ask most, all the time."
}

variable "xray_group" {
  type        = bool
  default     = false
  description = "Whether X-Ray keeps requests over 120 ms as a group of their own."
}
