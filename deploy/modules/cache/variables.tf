variable "dax" {
  type = object({
    enabled   = optional(bool, false)
    node_type = optional(string, "dax.t3.small")
    nodes     = optional(number, 1)
  })
  default     = {}
  description = "DynamoDB Accelerator, off. It cannot enforce a policy per school: whoever calls it gets rows with the cluster's one role. Its role reaches PLATFORM#… alone, so it serves the list of schools and the like, never a school's row. Nothing in Luca calls it yet: the directory's reads cost less than its smallest node (decision 36)."

  validation {
    condition     = contains([1, 3, 5], var.dax.nodes)
    error_message = "1 node, or 3 or 5 over the zones."
  }
}

variable "valkey" {
  type = object({
    enabled         = optional(bool, false)
    gigabytes       = optional(number, 1)
    ecpu_per_second = optional(number, 1000)
  })
  default     = {}
  description = "ElastiCache Serverless, off. It knows no roles at all: every process that reaches it reads all of it. For what belongs to no school; nothing in Luca calls it yet (decision 36)."
}

variable "name" {
  type        = string
  description = "What it is called, with the environment's prefix."
}

variable "account_id" {
  type        = string
  description = "The account that DAX acts for."
}

variable "region" {
  type        = string
  description = "The region of table and key."
}

variable "table_arn" {
  type        = string
  description = "The one table."
}

variable "kms_key_arn" {
  type        = string
  description = "The table's key."
}

variable "vpc_id" {
  type        = string
  description = "The network."
}

variable "private_subnet_ids" {
  type        = list(string)
  description = "Where the caches stand."
}

variable "task_security_group_id" {
  type        = string
  description = "Of the tasks, which alone reach them."
}

variable "permissions_boundary_arn" {
  type        = string
  default     = null
  description = "The boundary that CI's apply role demands of every role it makes; null where none is demanded."
}
