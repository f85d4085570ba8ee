variable "policies" {
  type        = map(string)
  description = "What each role may do, as JSON, by short name (from `documents`)."
}

variable "trusts" {
  type        = map(string)
  description = "Who may become each role, as JSON, by short name (from `documents`). A policy without one makes no role."
}

variable "role_names" {
  type        = map(string)
  description = "What each role is called, by short name (from `documents`)."
}

variable "api_runtime" {
  type        = string
  description = "Which service runs the API and so may become its role."

  validation {
    condition     = contains(["apprunner", "ecs"], var.api_runtime)
    error_message = "api_runtime is \"apprunner\" or \"ecs\"."
  }
}

variable "permissions_boundary_arn" {
  type        = string
  default     = null
  description = "The boundary that CI's apply role demands of every role it makes (see bootstrap); null where none is demanded."
}
