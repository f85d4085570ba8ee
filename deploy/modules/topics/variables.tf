variable "topics" {
  type        = any
  description = "topics.json by plain name, with `name` (from `documents`)."
}

variable "account_id" {
  type        = string
  description = "The account whose alarms may tell the topics."
}

variable "kms_key_arn" {
  type        = string
  description = "The key that messages are encrypted with while SNS holds them."
}

variable "emails" {
  type        = map(list(string))
  default     = {}
  description = "Who is written to, by the topic's plain name. Everybody confirms once, by the link that AWS sends."

  validation {
    condition     = alltrue([for address in flatten(values(var.emails)) : can(regex("^[^@ ]+@[^@ ]+[.][^@ ]+$", address))])
    error_message = "An address looks like name@school.mx."
  }
}
