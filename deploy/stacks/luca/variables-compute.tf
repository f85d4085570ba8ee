# How much of it runs, and when.

variable "image_tag" {
  type        = string
  description = "Which image runs: the tag that the pipeline pushed, a commit. The same for every service."

  validation {
    condition     = can(regex("^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$", var.image_tag)) && var.image_tag != "latest"
    error_message = "image_tag is a tag that the repository holds, and not `latest`: tags do not move."
  }
}

variable "images_kept" {
  type        = number
  default     = 30
  description = "How many images stay to roll back to."
}

variable "authority_url" {
  type        = string
  default     = ""
  description = "The government's API, by https. Empty: the sync stands still until somebody names it."
}

variable "traces" {
  type = object({
    to    = optional(string, "xray")
    share = optional(number, 0.05)
  })
  default     = {}
  description = "Where traces go (`xray`, `log`, `off`), and which part of them is recorded."
}

variable "settings" {
  type        = map(string)
  default     = {}
  description = "Further variables of docs/settings.md whose default does not fit, for example LUCA_SCHOOL_RATE. No secrets."
}

variable "api_scaling" {
  type = object({
    least               = optional(number, 1)
    warm                = optional(number, 2)
    most                = optional(number, 10)
    cpu_percent         = optional(number, 55)
    requests_per_minute = optional(number, 6000)
  })
  default     = {}
  description = "Instances of the API: `least` outside school hours, `warm` within them, `most` ever."
}

variable "worker" {
  type = object({
    cpu               = optional(number, 512)
    memory            = optional(number, 1024)
    least             = optional(number, 1)
    warm              = optional(number, 1)
    most              = optional(number, 10)
    messages_per_task = optional(number, 50)
    oldest_seconds    = optional(number, 120)
    spot_percent      = optional(number, 0)
  })
  default     = {}
  description = "Tasks that work through grades, sync and the nights. `spot_percent` of those beyond the first may run on spot instances."
}

variable "consumer" {
  type = object({
    cpu               = optional(number, 512)
    memory            = optional(number, 1024)
    least             = optional(number, 1)
    warm              = optional(number, 1)
    most              = optional(number, 8)
    messages_per_task = optional(number, 2000)
    oldest_seconds    = optional(number, 60)
  })
  default     = {}
  description = "Tasks that take behaviour events in."
}

variable "school_hours" {
  type = object({
    days      = optional(string, "MON-FRI")
    from      = optional(number, 7)
    to        = optional(number, 12)
    time_zone = optional(string, "America/Mexico_City")
  })
  default     = {}
  description = "When schools are at work, in their own time: `warm` instances are there a quarter of an hour before."
}

variable "cpu_architecture" {
  type        = string
  default     = "X86_64"
  description = "X86_64, or ARM64 for an image that was built for it (a fifth cheaper; not on App Runner)."
}

variable "container_insights" {
  type        = string
  default     = "disabled"
  description = "`enabled` or `enhanced`: CPU and memory of each task as metrics that are paid for one by one."
}

variable "enable_execute_command" {
  type        = bool
  default     = false
  description = "ECS Exec, a shell in a running task. Off: deploy/manage.sh runs commands and leaves a log."
}

variable "dax" {
  type = object({
    enabled   = optional(bool, false)
    node_type = optional(string, "dax.t3.small")
    nodes     = optional(number, 1)
  })
  default     = {}
  description = "DynamoDB Accelerator, off: it cannot enforce a policy per school, and its role reads PLATFORM#… only (decision 36)."
}

variable "valkey" {
  type = object({
    enabled         = optional(bool, false)
    gigabytes       = optional(number, 1)
    ecpu_per_second = optional(number, 1000)
  })
  default     = {}
  description = "ElastiCache Serverless, off: whoever reaches it reads all of it, so it is for what belongs to no school (decision 36)."
}
