# What environments may differ in. Every area's own are in variables-<area>.tf, with a default.

variable "prefix" {
  type        = string
  description = "Stands before every fixed name, e.g. \"dev-\"; empty in production."
}

variable "bucket_prefix" {
  type        = string
  description = "Stands before the buckets' names, which are unique among all customers of AWS, e.g. \"colegios-\"."
}

variable "api_runtime" {
  type        = string
  default     = "ecs"
  description = "What runs the API: \"ecs\", or \"apprunner\" where the account used App Runner before 2026-04-30."

  validation {
    condition     = contains(["apprunner", "ecs"], var.api_runtime)
    error_message = "api_runtime is \"apprunner\" or \"ecs\"."
  }
}

variable "deletion_protection" {
  type        = bool
  default     = true
  description = "Whether table and buckets refuse to be deleted. Off only in an environment that `terraform destroy` may take away."
}

variable "log_retention_days" {
  type        = number
  default     = 30
  description = "How long logs are kept."

  validation {
    # CloudWatch takes these only; above 90 days logs outlive what docs/privacy.md promises.
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90], var.log_retention_days)
    error_message = "Logs are kept 1, 3, 5, 7, 14, 30, 60 or 90 days."
  }
}

variable "alert_emails" {
  type        = list(string)
  default     = []
  description = "Who is written to when an operator has to act (topic luca-ops-alerts)."
}

variable "compliance_emails" {
  type        = list(string)
  default     = []
  description = "Who is written to when what the authority holds differs (topic luca-compliance)."
}

variable "permissions_boundary_arn" {
  type        = string
  default     = null
  description = "The boundary that CI's apply role demands of every role (output of bootstrap); null when a person applies."
}
