variable "prefix" {
  type        = string
  default     = ""
  description = "Stands before every fixed name of this environment, e.g. \"dev-\"; empty in production."

  validation {
    condition     = can(regex("^([a-z][a-z0-9]*-)*$", var.prefix)) && length(var.prefix) <= 16
    error_message = "A prefix is small letters and digits and ends with a hyphen, at most 16 characters."
  }
  validation {
    condition     = !strcontains(var.prefix, "luca")
    error_message = "A prefix may not hold \"luca\": it would look like a second environment's name."
  }
}

variable "bucket_prefix" {
  type        = string
  description = "Stands before the buckets' names, which are unique among all customers of AWS, e.g. \"colegios-\"."

  validation {
    # The longest bucket is `luca-cloudtrail-logs` (20), its copy elsewhere adds 8; S3 allows 63.
    condition     = can(regex("^([a-z0-9]+-)*$", var.bucket_prefix)) && length(var.bucket_prefix) <= 32
    error_message = "A bucket prefix is small letters and digits and ends with a hyphen, at most 32 characters."
  }
  validation {
    condition     = !strcontains(var.bucket_prefix, "luca")
    error_message = "A bucket prefix may not hold \"luca\"."
  }
}

variable "account_id" {
  type        = string
  description = "The account that the ARNs name."

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "An account id is twelve digits."
  }
}

variable "region" {
  type        = string
  description = "The region that the ARNs and addresses name."
}

variable "pool_id" {
  type        = string
  default     = "*"
  description = "The user pool that policies on accounts are narrowed to; `*` where no pool is known."
}
