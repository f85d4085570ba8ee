variable "prefix" {
  type        = string
  description = "Stands before names of this environment."
}

variable "region" {
  type        = string
  description = "For the services' names."
}

variable "account_id" {
  type        = string
  description = "Whose principals may use the gateway endpoints."
}

variable "kms_key_arn" {
  type        = string
  description = "Encrypts the log group."
}

variable "permissions_boundary_arn" {
  type        = string
  default     = null
  description = "The boundary that CI's apply role demands of every role."
}

variable "log_retention_days" {
  type        = number
  default     = 30
  description = "How long flow logs are kept."
}

variable "cidr" {
  type        = string
  default     = "10.40.0.0/16"
  description = "Addresses of the VPC."

  validation {
    condition     = can(cidrsubnet(var.cidr, 8, 255)) && try(tonumber(split("/", var.cidr)[1]), 99) <= 18
    error_message = "At least a /18: a sixteenth of it is a zone's private subnet."
  }
}

variable "zones" {
  type        = number
  default     = 2
  description = "Availability zones: 2 survive the loss of one, 3 lose less with it."

  validation {
    condition     = contains([2, 3], var.zones)
    error_message = "Two or three zones."
  }
}

variable "availability_zones" {
  type        = list(string)
  default     = null
  description = "Their names, where the first of the region will not do."

  validation {
    condition     = var.availability_zones == null || length(coalesce(var.availability_zones, [])) >= var.zones
    error_message = "Fewer names than zones."
  }
}

variable "nat" {
  type        = string
  default     = "one"
  description = "The way out of private subnets: `one` NAT (33 USD a month), `per_zone` (loses none with a zone), or `none`: then the authority cannot be called, and every service needs an interface endpoint."

  validation {
    condition     = contains(["none", "one", "per_zone"], var.nat)
    error_message = "none, one or per_zone."
  }
  validation {
    condition     = var.nat != "none" || length(setsubtract(["sqs", "sts", "logs", "secretsmanager", "ecr.api", "ecr.dkr", "kms"], var.interface_endpoints)) == 0
    error_message = "Without a NAT tasks need interface endpoints for at least sqs, sts, logs, secretsmanager, ecr.api, ecr.dkr and kms."
  }
}

variable "interface_endpoints" {
  type        = list(string)
  default     = []
  description = "Services called without the NAT, e.g. [\"sqs\", \"sts\"]; 7.30 USD a month, service and zone."
}

variable "flow_log_traffic" {
  type        = string
  default     = "REJECT"
  description = "REJECT (what was refused, some cents) or ALL (0.50 USD a GB)."

  validation {
    condition     = contains(["REJECT", "ALL"], var.flow_log_traffic)
    error_message = "REJECT or ALL."
  }
}
