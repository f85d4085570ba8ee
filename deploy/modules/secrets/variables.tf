variable "names" {
  type        = map(string)
  description = "What the secrets are called: `django`, `authority`, `cognito` (from `documents`)."

  validation {
    condition     = toset(keys(var.names)) == toset(["authority", "cognito", "django"])
    error_message = "Luca has three secrets: authority, cognito, django."
  }
}

variable "kms_key_arn" {
  type        = string
  description = "The key that the secrets are encrypted with."
}

variable "cognito_client_id" {
  type        = string
  default     = null
  description = "The app client whose secret is kept; another client is another secret."
}

variable "cognito_client_secret" {
  type        = string
  default     = null
  sensitive   = true
  description = "The app client's secret, as Cognito made it."
}

variable "recovery_days" {
  type        = number
  default     = 30
  description = "How long a deleted secret can be brought back; 0 deletes at once, where an environment is meant to be thrown away."

  validation {
    condition     = var.recovery_days == 0 || (var.recovery_days >= 7 && var.recovery_days <= 30)
    error_message = "AWS takes 7 to 30 days, or 0."
  }
}
