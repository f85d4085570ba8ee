variable "table" {
  type        = any
  description = "table.json, as the module `documents` gives it."
}

variable "kms_key_arn" {
  type        = string
  description = "The key that the table is encrypted with."
}

variable "deletion_protection" {
  type        = bool
  default     = true
  description = "Off only where an environment is meant to be thrown away."
}

variable "replicas" {
  type        = map(string)
  default     = {}
  description = "Second regions and the ARN of the key's replica in each. A global table; see the runbook for failover."
}
