variable "prefix" {
  type        = string
  description = "Stands before the alias."
}

variable "account_id" {
  type        = string
  description = "The account whose policies decide about the key."
}

variable "region" {
  type        = string
  description = "The region whose services use the key."
}

variable "replica_regions" {
  type        = list(string)
  default     = []
  description = "Regions that will hold a replica of the key; a key must be multi-region from its first day."
}

variable "deletion_window_days" {
  type        = number
  default     = 30
  description = "How long a deleted key can still be brought back. Without the key every backup is unreadable."

  validation {
    condition     = var.deletion_window_days >= 7 && var.deletion_window_days <= 30
    error_message = "AWS takes 7 to 30 days."
  }
}
