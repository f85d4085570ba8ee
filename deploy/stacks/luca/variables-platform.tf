# What happens by itself, the government sync, the lake and the audit trail.

variable "ticks_enabled" {
  type        = bool
  default     = true
  description = "Whether the clock runs: sweeps, nights, the quarter. Off in a second region until it takes over."
}

variable "lake_writer" {
  type        = string
  default     = "pipes"
  description = "Who fills the lake: \"pipes\" (EventBridge Pipes and Firehose), or \"task\" (`manage.py lake run` on Fargate). Never both: a stream serves two readers."

  validation {
    condition     = contains(["pipes", "task"], var.lake_writer)
    error_message = "lake_writer is \"pipes\" or \"task\"."
  }
}

variable "lake_function_package" {
  type        = string
  default     = null
  description = "The lake's function as a file, made by deploy/function/build.sh; null is build/lake-rows.zip beside deploy/."
}

variable "machine_log_level" {
  type        = string
  default     = "ERROR"
  description = "What the state machines log: ERROR, or ALL while something is looked into."
}

variable "audit_everything" {
  type        = bool
  default     = true
  description = "Whether the trail records every read and write of the schools' own sessions as well. At 0.10 USD for 100,000 they are most of the trail's price; without them it still records every entry into a school, and every touch by anybody else."
}

variable "audit_lock" {
  type        = object({ mode = string, days = number })
  default     = { mode = "COMPLIANCE", days = 365 }
  description = "For how long nobody removes a file of the trail. In an environment without deletion protection it is GOVERNANCE for a day."
}

variable "audit_keep_days" {
  type        = number
  default     = 730
  description = "When a file of the trail is removed."
}
