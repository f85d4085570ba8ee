variable "name" {
  type        = string
  description = "What the service is called, with the environment's prefix."
}

variable "api_runtime" {
  type        = string
  default     = "ecs"
  description = "\"ecs\" (Fargate), or \"apprunner\" where this account uses it already: it takes no new customers since 2026-04-30."

  validation {
    condition     = contains(["apprunner", "ecs"], var.api_runtime)
    error_message = "api_runtime is \"apprunner\" or \"ecs\"."
  }
}

variable "region" {
  type        = string
  description = "Where all of it runs."
}

variable "container" {
  type        = any
  description = "`definitions[\"api\"]` of the module container."
}

variable "secrets" {
  type        = map(string)
  description = "`secrets_of[\"api\"]` of the module container; App Runner wants them apart."
}

variable "cpu" {
  type        = number
  default     = 1024
  description = "CPU units of one instance; 1024 are a whole one, and one gunicorn process keeps about one busy."
}

variable "memory" {
  type        = number
  default     = 2048
  description = "MiB of one instance."

  validation {
    condition     = var.memory >= 1024
    error_message = "The API with its caches of schools' sessions wants 1024 MiB at least."
  }
}

variable "cpu_architecture" {
  type        = string
  default     = "X86_64"
  description = "X86_64, or ARM64 for an image that was built for it: a fifth cheaper. App Runner knows X86_64 only."

  validation {
    condition     = contains(["X86_64", "ARM64"], var.cpu_architecture) && !(var.cpu_architecture == "ARM64" && var.api_runtime == "apprunner")
    error_message = "cpu_architecture is X86_64 or ARM64, and X86_64 on App Runner."
  }
}

variable "scaling" {
  type = object({
    least               = optional(number, 1)
    warm                = optional(number, 2)
    most                = optional(number, 10)
    cpu_percent         = optional(number, 55)
    requests_per_minute = optional(number, 6000)
  })
  default     = {}
  description = "Instances: `least` outside school hours, `warm` within them, `most` ever; one more where they are busier than `cpu_percent`, or are asked more than `requests_per_minute` each."
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

variable "task_role_arn" {
  type        = string
  description = "The role `api`."
}

variable "execution_role_arn" {
  type        = string
  description = "The role `execution`: it pulls the image, hands secrets over, writes logs. On ECS."
}

variable "puller_role_arn" {
  type        = string
  description = "The role `puller`: it pulls the image. On App Runner."
}

variable "cluster_arn" {
  type        = string
  description = "The cluster of module workers."
}

variable "cluster_name" {
  type        = string
  description = "Its name."
}

variable "vpc_id" {
  type        = string
  description = "The network."
}

variable "private_subnet_ids" {
  type        = list(string)
  description = "Where tasks run, and internal load balancers."
}

variable "public_subnet_ids" {
  type        = list(string)
  default     = []
  description = "Where a public load balancer stands; unused while `internal`."
}

variable "task_security_group_id" {
  type        = string
  description = "The group that lets tasks out, to AWS and to the authority."
}

variable "internal" {
  type        = bool
  default     = true
  description = "Whether the load balancer is reached through the edge's VPC link only. If not, the edge has to see to it that nobody comes around it."
}

variable "certificate_arn" {
  type        = string
  default     = null
  description = "A certificate of ACM for the public name. Without one the load balancer speaks HTTP and says so to Django, whose admin then refuses forms that a browser sent by https: for trying out only."
}

variable "host" {
  type        = string
  default     = null
  description = "The public name that the certificate is for: the edge calls the load balancer by it, so that the certificate fits and the admin finds itself under the name that people typed."

  validation {
    condition     = (var.host == null) == (var.certificate_arn == null)
    error_message = "host and certificate_arn belong together."
  }
}

variable "deregistration_delay" {
  type        = number
  default     = 30
  description = "Seconds for which a task that leaves may finish what it was asked, before it is told to stop."
}

variable "deletion_protection" {
  type        = bool
  default     = true
  description = "Keep the load balancers from being destroyed by accident."
}

variable "access_logs_bucket" {
  type        = string
  default     = null
  description = "A bucket for the load balancer's access logs. They hold paths, and paths hold ids of people; the application's own log lines do not."
}

variable "enable_execute_command" {
  type        = bool
  default     = false
  description = "ECS Exec: a shell in a running task, with its role. Off: operators run commands as tasks (deploy/manage.sh), which leave a log."
}

variable "log_group_name" {
  type        = string
  description = "The log group, as the role `execution` knows it."
}

variable "log_retention_days" {
  type        = number
  default     = 30
  description = "How long logs stay."
}

variable "kms_key_arn" {
  type        = string
  description = "The key of logs, secrets and App Runner's copy of the image."
}
