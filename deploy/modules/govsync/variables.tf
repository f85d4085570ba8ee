variable "machines" {
  type        = any
  description = "The state machines by plain name, each with `name` and `definition` (from `documents`)."

  validation {
    condition     = contains(keys(var.machines), "luca-govsync") && contains(keys(var.machines), "luca-govsync-parent")
    error_message = "Both machines are needed: luca-govsync and luca-govsync-parent."
  }
}

variable "role_arn" {
  type        = string
  description = "The role that the machines run with (`machine`)."
}

variable "kms_key_arn" {
  type        = string
  description = "The key that the logs are encrypted with."
}

variable "log_retention_days" {
  type        = number
  default     = 30
  description = "How long the machines' logs are kept; their histories stay 90 days, which AWS decides."
}

variable "log_level" {
  type        = string
  default     = "ERROR"
  description = "What the machines log: ERROR, or ALL while something is looked into."

  validation {
    condition     = contains(["ERROR", "ALL"], var.log_level)
    error_message = "log_level is \"ERROR\" or \"ALL\"."
  }
}
