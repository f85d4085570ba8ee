variable "prefix" {
  type        = string
  description = "Stands before names of this environment."
}

variable "account_id" {
  type        = string
  description = "Whose logs WAF may write."
}

variable "stage_arn" {
  type        = string
  description = "The stage of the REST API."
}

variable "count_only" {
  type        = bool
  default     = false
  description = "Count what would be refused and let it pass: for the first days before a new school, never for good."
}

variable "rates" {
  type = object({
    address       = optional(number, 300000)
    sign_in       = optional(number, 6000)
    token         = optional(number, 12000)
    person_events = optional(number, 3000)
    browser       = optional(number, 3000)
  })
  default     = {}
  description = "Requests a minute: of one address (a whole school may sit behind one), of one address on /auth/, of one token, of one token on /behavior, of one browser in the admin."

  validation {
    condition     = alltrue([for rate in values(var.rates) : rate >= 10])
    error_message = "WAF counts from 10 on."
  }
  validation {
    condition     = var.rates.address >= 300000 || var.small_schools
    error_message = "5,000 students behind one address may send 5,000 events in a second, 300,000 in a minute: with fewer a school refuses itself. Say small_schools = true where none is that large."
  }
}

variable "small_schools" {
  type        = bool
  default     = false
  description = "No school has so many students behind one address that it needs 300,000 requests a minute."
}

variable "countries" {
  type        = list(string)
  default     = []
  description = "Where callers may be, e.g. [\"MX\", \"US\"]; empty: anywhere. Guardians travel, and programs run in data centres abroad."

  validation {
    condition     = alltrue([for code in var.countries : can(regex("^[A-Z]{2}$", code))])
    error_message = "Two capital letters each (ISO 3166)."
  }
}

variable "block_anonymous" {
  type        = bool
  default     = false
  description = "Refuse VPNs, proxies, Tor and data centres: schools' programs run there, and some schools' filters are proxies."
}

variable "counted_rules" {
  type        = map(list(string))
  default     = {}
  description = "Rules of AWS's groups that only count, by group (common, bad-inputs, sql, reputation, anonymous), e.g. { common = [\"CrossSiteScripting_BODY\"] }: when one refuses honest work."
}

variable "session_cookie" {
  type        = string
  default     = "luca_admin"
  description = "The admin's cookie (tenants/admin/door.py)."
}

variable "logging" {
  type        = bool
  default     = true
  description = "Off only where there is no WAF to speak of: in an emulator."
}

variable "log_retention_days" {
  type        = number
  default     = 30
  description = "How long the log is kept."
}

variable "kms_key_arn" {
  type        = string
  description = "Encrypts the log group."
}

variable "origin_public" {
  type        = bool
  default     = false
  description = "Whether the API has a public address (App Runner) that has to be closed to all but the edge."
}

variable "origin_arn" {
  type        = string
  default     = null
  description = "The App Runner service, if so."
}

variable "origin_secret" {
  type        = string
  default     = null
  sensitive   = true
  description = "What the edge brings in X-Luca-Edge."
}
