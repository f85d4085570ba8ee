variable "metric_schools" {
  type        = list(string)
  default     = []
  description = "Schools whose metrics are kept apart as well, each $2.40 a month (docs/observability.md)."

  validation {
    condition     = length(var.metric_schools) <= 50 && alltrue([for school in var.metric_schools : can(regex("^[a-z0-9][a-z0-9_-]{0,62}$", school))])
    error_message = "At most 50 schools, by their ids."
  }
}

variable "runbook_url" {
  type        = string
  default     = "docs/runbook-alarms.md"
  description = "Where people who are woken by an alarm read what to do; the alarm's name is added as the anchor."
}

variable "slack" {
  type        = object({ workspace_id = string, channel_id = string })
  default     = null
  description = "The Slack room that alarms are told in; null for none. Link the workspace in the console first."
}

variable "teams" {
  type        = object({ tenant_id = string, team_id = string, channel_id = string })
  default     = null
  description = "The Microsoft Teams room that alarms are told in; null for none. Link the tenant in the console first."
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
