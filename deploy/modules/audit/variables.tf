variable "audit" {
  type        = any
  description = "audit.json (from `documents`): the trail, its bucket, and what is watched."

  validation {
    condition     = !anytrue([for one in values(var.audit.watched) : can(regex("[\"\\\\]", one.means))])
    error_message = "What an alarm means stands in a JSON text: no quotes, no backslashes."
  }
}

variable "account_id" {
  type        = string
  description = "Whose trail it is."
}

variable "region" {
  type        = string
  description = "The trail's home; it records all regions."
}

variable "table_arn" {
  type        = string
  description = "The table whose every read and write is recorded."
}

variable "bucket_arns" {
  type        = list(string)
  description = "The buckets whose every read and write is recorded."
}

variable "left_out_role_arns" {
  type        = list(string)
  default     = []
  description = "Beginnings of sessions' ARNs (arn:aws:sts::…:assumed-role/luca-tenant/) whose reads and writes are not recorded one by one; that they were entered, and for which school, always is. Empty: everything is recorded, and paid."

  validation {
    condition     = alltrue([for arn in var.left_out_role_arns : can(regex("^arn:aws:sts::[0-9]{12}:assumed-role/[^/]+/$", arn))])
    error_message = "An ARN ends with the role's name and a slash: without it, roles whose names begin alike were left out, too."
  }
}

variable "kms_key_arn" {
  type        = string
  description = "The key that the trail's files are encrypted with."
}

variable "alerts_topic_arn" {
  type        = string
  description = "Who is told: luca-ops-alerts."
}

variable "lock" {
  type        = object({ mode = string, days = number })
  default     = { mode = "COMPLIANCE", days = 365 }
  description = "For how long nobody removes a file of the trail: COMPLIANCE means nobody, not even the account's owner; GOVERNANCE means nobody without a special right."

  validation {
    condition     = contains(["COMPLIANCE", "GOVERNANCE"], var.lock.mode)
    error_message = "The mode is COMPLIANCE or GOVERNANCE."
  }
  validation {
    # A typing mistake in compliance mode is paid for as long as it says.
    condition     = var.lock.days >= 1 && var.lock.days <= 3650
    error_message = "Files are locked for 1 to 3,650 days."
  }
}

variable "keep_days" {
  type        = number
  default     = 730
  description = "When a file of the trail is removed."

  validation {
    condition     = var.keep_days > var.lock.days && var.keep_days > var.audit.cheaper_after_days
    error_message = "Files are kept longer than they are locked, and longer than until they move to cheaper storage."
  }
}

variable "deletion_protection" {
  type        = bool
  default     = true
  description = "Off only where an environment is meant to be thrown away."
}

variable "trail_enabled" {
  type        = bool
  default     = true
  description = "Off only while a second region has taken over: a trail of all regions has a shadow in each, and AWS takes no second one of its name."
}
