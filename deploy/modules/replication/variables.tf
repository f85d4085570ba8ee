variable "buckets" {
  type        = map(object({ name = string, copy = string }))
  description = "What is copied: `name` here, `copy` there (replication.json, from `documents`)."
}

variable "second" {
  type        = object({ region = string, kms_key_arn = string })
  description = "The second region, and the replica of the key there (outputs of deploy/second-region)."

  validation {
    condition     = startswith(var.second.kms_key_arn, "arn:aws:kms:${var.second.region}:")
    error_message = "The key must be the replica in the second region: S3 encrypts the copies there."
  }
}

variable "role_arn" {
  type        = string
  description = "The role that S3 copies with (`replica`)."
}

variable "account_id" {
  type        = string
  description = "Whose registry the images are copied to."
}

variable "repository_prefix" {
  type        = string
  description = "How the images' repositories begin."
}
