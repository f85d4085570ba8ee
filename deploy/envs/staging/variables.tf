# What is nobody else's business stays out of the repository: -var, or TF_VAR_… in CI.

variable "region" {
  type        = string
  default     = "us-east-1"
  description = "Where everything runs."
}

variable "alert_emails" {
  type        = list(string)
  default     = []
  description = "Who is written to when an operator has to act."
}

variable "compliance_emails" {
  type        = list(string)
  default     = []
  description = "Who is written to when what the authority holds differs."
}

variable "permissions_boundary_arn" {
  type        = string
  default     = null
  description = "Output of bootstrap; null when a person applies."
}

variable "image_tag" {
  type        = string
  description = "Which image runs: the tag that the pipeline pushed. One tag for every service."
}

variable "authority_url" {
  type        = string
  default     = ""
  description = "The government's API; empty until there is one to call."
}
