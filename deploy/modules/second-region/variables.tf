variable "buckets" {
  type        = map(object({ name = string, copy = string }))
  description = "The buckets that are copied: `copy` is the one here (replication.json, from `documents`)."
}

variable "primary_key_arn" {
  type        = string
  description = "The first region's key. It must be a multi-region key (mrk-…) from its first day."

  validation {
    condition     = can(regex(":key/mrk-", var.primary_key_arn))
    error_message = "This key is of one region only, and can never get a replica: set `second_region` before the key is made, or move the data to a new key."
  }
}

variable "account_id" {
  type        = string
  description = "The account whose policies decide about the key."
}

variable "region" {
  type        = string
  description = "The second region."
}

variable "old_versions_days" {
  type        = number
  default     = 35
  description = "How long an overwritten or deleted file can be brought back: as in the first region."

  validation {
    condition     = var.old_versions_days >= 1 && var.old_versions_days <= 365
    error_message = "Between a day and a year: a person who is erased lives on in old versions for that long."
  }
}
