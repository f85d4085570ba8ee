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

variable "second_region" {
  type        = string
  default     = null
  description = "The region that could take over one day. It costs nothing and makes the key a multi-region key; without it from the key's first day there can never be a replica."
}

variable "second" {
  type        = object({ region = string, kms_key_arn = string })
  default     = null
  description = "What deploy/second-region answered (`second`): from then on table, files and images are replicated, and paid twice. Off: null. See docs/region-loss.md."

  validation {
    condition     = var.second == null ? true : var.second.region == var.second_region
    error_message = "second_region must name the same region, and must have done so before the key was made."
  }
}

variable "lost_region" {
  type        = object({ region = string, kms_key_arn = string })
  default     = null
  description = "Only while a second region has taken over: the first one and its key. The table keeps its replica there, so that what was written before the loss arrives when the region comes back."

  validation {
    condition     = var.lost_region == null || var.second == null
    error_message = "Who has taken over has no second region of its own yet: set one of `lost_region` and `second`."
  }
}

variable "trail_enabled" {
  type        = bool
  default     = true
  description = "Off only while a second region has taken over: the first region's trail records all regions, and AWS takes no second one of its name."
}
