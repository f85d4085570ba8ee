variable "prefix" {
  type        = string
  description = "Stands before names of this environment."
}

variable "behavior" {
  type        = any
  description = "behavior.integration.json with its templates' texts, from the module documents."

  validation {
    condition     = length(setsubtract([for one in var.behavior.integration_responses : one.status_code], var.behavior.method_responses)) == 0
    error_message = "Every answer's status must be among method_responses."
  }
}

variable "pool_arn" {
  type        = string
  description = "The user pool whose ID tokens open POST /behavior."
}

variable "client_id" {
  type        = string
  description = "The one client whose tokens count."
}

variable "gateway_role_arn" {
  type        = string
  description = "The role `gateway`: it sends to behavior-events-queue and nowhere else."
}

variable "origin" {
  type        = object({ url = string, private = bool, nlb_arn = optional(string) })
  description = "Where the API is. `private`: behind the network load balancer `nlb_arn`, which a VPC link reaches; else a public address (App Runner), whose own firewall wants the header X-Luca-Edge."

  validation {
    condition     = var.origin.private || startswith(var.origin.url, "https://")
    error_message = "Tokens do not cross the internet without TLS: a public origin is https."
  }
}

variable "origin_secret" {
  type        = string
  default     = null
  sensitive   = true
  description = "What X-Luca-Edge holds on the way to a public origin; at least 32 letters and digits."

  validation {
    condition     = var.origin.private || can(regex("^[A-Za-z0-9]{32,128}$", var.origin_secret))
    error_message = "A public origin needs origin_secret, 32 to 128 letters and digits: whoever goes around the edge could invent the address that limits are counted by."
  }
}

variable "stage_name" {
  type        = string
  default     = "v1"
  description = "The stage; first part of the path where there is no domain."
}

variable "domain" {
  type        = object({ name = string, certificate_arn = string, zone_id = optional(string) })
  default     = null
  description = "A name of one's own, its certificate (ACM, in this region), and the zone of Route 53 that it is written into, if any."
}

variable "limits" {
  type = object({
    behavior_rate  = optional(number, 6000)
    behavior_burst = optional(number, 5000)
    api_rate       = optional(number, 3000)
    api_burst      = optional(number, 1500)
    account_rate   = optional(number, 10000)
  })
  default     = {}
  description = "Requests a second and at once: of POST /behavior, of everything else, and what AWS grants this account in this region (2,500 in some, Mexico Central among them: have it raised)."

  validation {
    condition     = var.limits.behavior_rate + var.limits.api_rate <= var.limits.account_rate
    error_message = "Together they are more than the account's limit: a stampede of events would take the teachers' requests with it. Have the limit raised, or lower the rates (docs/edge.md)."
  }
}

variable "execution_log_level" {
  type        = string
  default     = "ERROR"
  description = "API Gateway's own log: OFF or ERROR. INFO would name callers."

  validation {
    condition     = contains(["OFF", "ERROR"], var.execution_log_level)
    error_message = "OFF or ERROR."
  }
}

variable "log_retention_days" {
  type        = number
  default     = 30
  description = "How long logs are kept."
}

variable "kms_key_arn" {
  type        = string
  description = "Encrypts the log groups."
}

variable "binary_media_types" {
  type = list(string)
  default = [
    "application/octet-stream",
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/zip",
    "font/woff2",
    "image/png",
    "multipart/form-data",
    "text/csv", # Excel in Spanish writes others than UTF-8
  ]
  description = "Kinds of content that pass byte by byte, both ways."

  validation {
    condition     = !anytrue([for type in var.binary_media_types : contains(["application/json", "*/*", "*~1*"], type)])
    error_message = "JSON must stay text, or no template can read it."
  }
}
