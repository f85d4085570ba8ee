variable "prefix" {
  type        = string
  default     = ""
  description = "Stands before the names of alarms."
}

variable "cluster_name" {
  type        = string
  description = "The one cluster, of the API's tasks too, with the environment's prefix."
}

variable "names" {
  type        = map(string)
  description = "What the services and the operators' task are called: worker, consumer, lake, manage."
}

variable "containers" {
  type        = any
  description = "`definitions` of the module container."
}

variable "log_group_names" {
  type        = map(string)
  description = "The log groups as the role `execution` knows them: worker, consumer, lake, manage."
}

variable "task_role_arns" {
  type        = map(string)
  description = "The roles worker, consumer, lake and platform (the operators')."
}

variable "execution_role_arn" {
  type        = string
  description = "The role `execution`: it pulls the image, hands secrets over, writes logs."
}

variable "private_subnet_ids" {
  type        = list(string)
  description = "Where tasks run."
}

variable "task_security_group_id" {
  type        = string
  description = "The group that lets tasks out and nobody in."
}

variable "worker_queues" {
  type        = list(string)
  description = "The names of the queues that the worker takes tasks from."
}

variable "consumer_queues" {
  type        = list(string)
  description = "The name of the queue that the consumer takes events from."
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
  description = "Tasks: `least` outside school hours, `warm` within them, `most` ever; more where more than `messages_per_task` wait for each, or one for `oldest_seconds`. `spot_percent` of those beyond the first run on spot instances."

  validation {
    condition     = var.worker.spot_percent >= 0 && var.worker.spot_percent < 100
    error_message = "spot_percent is 0 to 99: without any on demand a busy hour of Amazon's leaves one worker."
  }
  validation {
    condition     = var.worker.least >= 1
    error_message = "One worker at least: it is asked for something every minute of the night."
  }
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
  description = "The same for the consumer of behaviour events, which one task takes in by the thousand."

  validation {
    condition     = var.consumer.least >= 1
    error_message = "One consumer at least: an empty queue that rests tells CloudWatch nothing for minutes."
  }
}

variable "lake" {
  type = object({
    run    = optional(bool, false)
    cpu    = optional(number, 512)
    memory = optional(number, 2048)
  })
  default     = {}
  description = "The lake's writer, exactly one task. Off: on AWS Pipes and Firehose fill the lake (docs/lake-aws.md). Both at once write each row twice, which counts once and is paid twice."
}

variable "manage" {
  type = object({
    cpu    = optional(number, 1024)
    memory = optional(number, 4096)
  })
  default     = {}
  description = "The task in which an operator's command runs (deploy/manage.sh)."
}

variable "school_hours" {
  type = object({
    days      = optional(string, "MON-FRI")
    from      = optional(number, 7)
    to        = optional(number, 12)
    time_zone = optional(string, "America/Mexico_City")
  })
  default     = {}
  description = "When schools are at work, in their own time."

  validation {
    condition     = var.school_hours.from >= 1 && var.school_hours.from < var.school_hours.to && var.school_hours.to <= 23
    error_message = "school_hours runs from an hour (1 to 22) to a later one (to 23) of the same day."
  }
}

variable "cpu_architecture" {
  type        = string
  default     = "X86_64"
  description = "X86_64, or ARM64 for an image that was built for it."

  validation {
    condition     = contains(["X86_64", "ARM64"], var.cpu_architecture)
    error_message = "cpu_architecture is X86_64 or ARM64."
  }
}

variable "container_insights" {
  type        = string
  default     = "disabled"
  description = "`enabled` or `enhanced`: CPU and memory of each task as metrics that are paid for one by one. Scaling does without."

  validation {
    condition     = contains(["disabled", "enabled", "enhanced"], var.container_insights)
    error_message = "container_insights is disabled, enabled or enhanced."
  }
}

variable "enable_execute_command" {
  type        = bool
  default     = false
  description = "ECS Exec: a shell in a running task, with its role. Off: operators run commands as tasks (deploy/manage.sh), which leave a log."
}

variable "log_retention_days" {
  type        = number
  default     = 30
  description = "How long logs stay."
}

variable "kms_key_arn" {
  type        = string
  description = "The key that logs are encrypted with."
}
