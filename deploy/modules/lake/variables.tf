variable "glue" {
  type        = any
  description = "lake/glue.json (from `documents`): the database and its tables."
}

variable "athena" {
  type        = any
  description = "lake/athena.json (from `documents`): the workgroups and their limit."

  validation {
    condition     = !var.athena.enforce_workgroup_configuration
    error_message = "Enforced, the schools' workgroup would put every school's answers into one place; a school's session may write only its own."
  }
}

variable "delivery" {
  type        = any
  description = "lake/delivery.json (from `documents`): Firehose."
}

variable "pipes" {
  type        = any
  description = "lake/pipes.json (from `documents`): the pipes, their function and their dead letters."
}

variable "saved_questions" {
  type        = map(object({ about = string, query = string }))
  default     = {}
  description = "Questions that operators find in Athena, by name (from `documents`)."
}

variable "writer" {
  type        = string
  default     = "pipes"
  description = "Who fills the lake: \"pipes\", or \"task\" (`manage.py lake run`, which this module does not run)."

  validation {
    condition     = contains(["pipes", "task"], var.writer)
    error_message = "writer is \"pipes\" or \"task\"."
  }
}

variable "function_package" {
  type        = string
  description = "The function as a file: deploy/function/build.sh makes it, the same bytes every time."
}

variable "bucket_name" {
  type        = string
  description = "The lake's bucket."
}

variable "bucket_arn" {
  type        = string
  description = "The lake's bucket."
}

variable "stream_arn" {
  type        = string
  description = "The table's stream."
}

variable "role_arns" {
  type        = map(string)
  description = "The roles by short name; needed are `pipe`, `delivery` and `rows`."
}

variable "kms_key_arn" {
  type        = string
  description = "The key for answers, logs, and rows on their way."
}

variable "account_id" {
  type        = string
  description = "Whose bucket it must be that answers are written to."
}

variable "region" {
  type        = string
  description = "Where Glue's tables are."
}
