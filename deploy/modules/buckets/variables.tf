variable "buckets" {
  type        = any
  description = "buckets.json by plain name, with `name` (from `documents`)."
}

variable "retention" {
  type        = any
  description = "retention.json: how long the lake's files stay where (from `documents`)."

  validation {
    # S3's own default, which the lifecycle below relies on.
    condition     = var.retention.smallest_that_moves_bytes == 131072
    error_message = "Another least size needs a filter on each rule: today S3's default of 128 KB is used."
  }
}

variable "kms_key_arn" {
  type        = string
  description = "The key that objects are encrypted with."
}

variable "deletion_protection" {
  type        = bool
  default     = true
  description = "Off only where an environment is meant to be thrown away: then buckets are emptied and deleted with it."
}

variable "old_versions_days" {
  type        = number
  default     = 35
  description = "How long an overwritten or deleted file can be brought back: as long as the table can."

  validation {
    condition     = var.old_versions_days >= 1 && var.old_versions_days <= 365
    error_message = "Between a day and a year: a person who is erased lives on in old versions for that long."
  }
}
