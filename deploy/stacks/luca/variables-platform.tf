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
