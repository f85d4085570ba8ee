variable "identity" {
  type        = any
  description = "identity.json, from the module documents."

  validation {
    condition     = contains(["OPTIONAL", "ON"], var.identity.mfa)
    error_message = "Staff could have no app: `mfa` must be OPTIONAL or ON."
  }
  validation {
    condition     = !var.identity.self_sign_up
    error_message = "Whoever signs up alone would be of no school: `self_sign_up` must be false."
  }
  validation {
    condition     = alltrue([for name in ["school_id", "person_id"] : !var.identity.attributes[name].mutable])
    error_message = "school_id and person_id say whose data somebody sees: they must be immutable."
  }
  validation {
    condition     = !anytrue([for name in var.identity.client.write_attributes : startswith(name, "custom:") || name == "email"])
    error_message = "The client may write neither custom attributes nor the address."
  }
}

variable "deletion_protection" {
  type        = bool
  default     = true
  description = "Off only where the pool must be destroyed with everything else: in tests."
}

variable "risk_based_protection" {
  type        = string
  default     = "OFF"
  description = "Cognito's threat protection: OFF, AUDIT or ENFORCED. Everything but OFF needs the tier PLUS, 0.02 USD a month for each active person."

  validation {
    condition     = contains(["OFF", "AUDIT", "ENFORCED"], var.risk_based_protection)
    error_message = "OFF, AUDIT or ENFORCED."
  }
}

variable "domain_prefix" {
  type        = string
  default     = null
  description = "First part of the address where programs fetch tokens; unique in the region. null: no programs."

  validation {
    condition     = var.domain_prefix == null || (can(regex("^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$", var.domain_prefix)) && !can(regex("aws|amazon|cognito", var.domain_prefix)))
    error_message = "Small letters, digits and hyphens; AWS refuses aws, amazon and cognito in it."
  }
}

variable "email" {
  type        = object({ identity_arn = string, from = string })
  default     = null
  description = "A verified identity of SES and the sender's address. null: Cognito's own mail, 50 a day."
}
