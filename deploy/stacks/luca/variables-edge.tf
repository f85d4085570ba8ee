# What may differ at the edge. All of it has a default that works in a new account.

variable "domain" {
  type        = object({ name = string, certificate_arn = string, zone_id = optional(string) })
  default     = null
  description = "A name of one's own, its certificate (ACM, same region), and the zone of Route 53 that it is written into, if any. Without a name there is AWS's, and the admin's links do not work."
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
  description = "Requests a second and at once: of POST /behavior, of everything else, and what AWS grants this account in this region."
}

variable "firewall" {
  type = object({
    count_only      = optional(bool, false)
    countries       = optional(list(string), [])
    block_anonymous = optional(bool, false)
    counted_rules   = optional(map(list(string)), {})
    small_schools   = optional(bool, false)
    logging         = optional(bool, true)
    rates = optional(object({
      address       = optional(number, 300000)
      sign_in       = optional(number, 6000)
      token         = optional(number, 12000)
      person_events = optional(number, 3000)
      browser       = optional(number, 3000)
    }), {})
  })
  default     = {}
  description = "What the firewall refuses or counts; docs/edge.md says when to change what."
}

variable "origin_secret" {
  type        = string
  default     = null
  sensitive   = true
  description = "Only with api_runtime = \"apprunner\": what the edge shows the API's public address, 32 letters and digits or more."
}

variable "network" {
  type = object({
    cidr                = optional(string, "10.40.0.0/16")
    zones               = optional(number, 2)
    availability_zones  = optional(list(string))
    nat                 = optional(string, "one")
    interface_endpoints = optional(list(string), [])
    flow_log_traffic    = optional(string, "REJECT")
  })
  default     = {}
  description = "The VPC. `nat`: one, per_zone (33 USD a month each) or none; interface endpoints cost 7.30 USD a month, service and zone."
}

variable "risk_based_protection" {
  type        = string
  default     = "OFF"
  description = "Cognito's threat protection: OFF, AUDIT or ENFORCED; 0.02 USD a month for each active person."
}

variable "token_domain_prefix" {
  type        = string
  default     = null
  description = "First part of the address where programs fetch tokens, unique in the region; null: no programs."
}

variable "email" {
  type        = object({ identity_arn = string, from = string })
  default     = null
  description = "SES identity and sender of invitations and codes; null: Cognito's own mail, 50 a day."
}
