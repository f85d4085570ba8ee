variable "region" {
  type        = string
  default     = "us-east-1"
  description = "Where the state is kept."
}

variable "state_bucket" {
  type        = string
  description = "The bucket of Terraform's state; unique among all customers of AWS, e.g. \"colegios-terraform-state\"."

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.state_bucket))
    error_message = "A bucket's name is 3 to 63 small letters, digits and hyphens."
  }
}

variable "repository" {
  type        = string
  default     = null
  description = "The repository on GitHub whose workflows deploy, as \"owner/name\"; null makes no roles for CI."

  validation {
    condition     = var.repository == null || can(regex("^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$", var.repository))
    error_message = "A repository is \"owner/name\": a pattern here would let others in."
  }
}

variable "oidc_provider_arn" {
  type        = string
  default     = null
  description = "The provider for GitHub's tokens, where the account has one already (it can have only one); null makes it."
}

variable "environments" {
  type = map(object({
    prefix        = string
    bucket_prefix = string
    disposable    = optional(bool, false)

    planned_before_merge = optional(bool, false)
  }))
  default = {
    dev     = { prefix = "dev-", bucket_prefix = "colegios-dev-", disposable = true, planned_before_merge = true }
    staging = { prefix = "staging-", bucket_prefix = "colegios-staging-", planned_before_merge = true }
    prod    = { prefix = "", bucket_prefix = "colegios-" }
  }
  description = "The environments of this account, every one of them, with the prefixes that envs/ gives them: below the boundary a role whose prefix is not here holds no data at all, and one that no boundary binds is kept from no environment's. `disposable`: CI may empty and destroy it. `planned_before_merge`: pull requests may read its state, which holds the app client's secret."

  validation {
    condition     = alltrue([for its in values(var.environments) : can(regex("^([a-z0-9]+-)*$", its.prefix)) && !can(regex("(^|-)(luca|behavior|govsync)-", its.prefix))])
    error_message = "A prefix is empty, or small letters and digits that end in a hyphen, without luca-, behavior- or govsync-: by these words the boundary tells environments apart."
  }

  validation {
    condition     = length(distinct([for its in values(var.environments) : its.prefix])) == length(var.environments) && length(distinct([for its in values(var.environments) : its.bucket_prefix])) == length(var.environments)
    error_message = "Two environments with one prefix would hold each other's data."
  }
}
