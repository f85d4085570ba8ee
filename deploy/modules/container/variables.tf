variable "image" {
  type        = string
  description = "The image with its tag or digest: the same one for every service."

  validation {
    condition     = !endswith(var.image, ":latest")
    error_message = "Name a version: nobody can roll back to `latest`, and tags do not move."
  }
}

variable "region" {
  type        = string
  description = "Where the table and the queues are."
}

variable "log_groups" {
  type        = map(string)
  description = "The log group's name of each service: api, worker, consumer, lake, manage."
}

variable "table_name" {
  type        = string
  description = "The one table."
}

variable "buckets" {
  type        = any
  description = "`buckets` of documents: by plain name, with `name` and `purpose`."
}

variable "queues" {
  type        = any
  description = "`queues` of documents: by plain name, with `purpose`."
}

variable "topics" {
  type        = any
  description = "`topics` of documents: by plain name, with `purpose`."
}

variable "queue_urls" {
  type        = map(string)
  description = "The queues' addresses by plain name."
}

variable "dlq_urls" {
  type        = map(string)
  description = "The addresses of their dead-letter queues, by the queue's plain name."
}

variable "topic_arns" {
  type        = map(string)
  description = "The topics' ARNs by plain name."
}

variable "role_arns" {
  type        = map(string)
  description = "The roles that processes enter: tenant, archive, directory."
}

variable "identity" {
  type = object({
    pool_id   = string
    client_id = string
    issuer    = string
    jwks_url  = string
  })
  description = "The user pool that signs people in, and the client they sign in with."
}

variable "secret_arns" {
  type        = map(string)
  description = "ARNs in Secrets Manager: django, authority, cognito. Their values are seen by nobody here."

  validation {
    condition     = alltrue([for name in ["django", "authority", "cognito"] : contains(keys(var.secret_arns), name)])
    error_message = "secret_arns names django, authority and cognito."
  }
}

variable "allowed_hosts" {
  type        = list(string)
  description = "Host names that the API answers to. Probes are answered under any."

  validation {
    condition     = length(var.allowed_hosts) > 0 && !contains(var.allowed_hosts, "*")
    error_message = "Name the hosts; `*` would let anybody's name into links."
  }
}

variable "proxies" {
  type        = number
  default     = 2
  description = "Proxies of ours between a caller and the API that write X-Forwarded-For: API Gateway and the load balancer. One too many, and callers forge their address."

  validation {
    condition     = contains([0, 1, 2, 3], var.proxies)
    error_message = "luca/settings.py takes 0 to 3 proxies."
  }
}

variable "log_level" {
  type        = string
  default     = "info"
  description = "debug, info, warning or error."

  validation {
    condition     = contains(["debug", "info", "warning", "error"], var.log_level)
    error_message = "log_level is debug, info, warning or error."
  }
}

variable "traces" {
  type = object({
    to    = optional(string, "xray")
    share = optional(number, 0.05)
  })
  default     = {}
  description = "Where spans go (`xray`, `log` or `off`), and which part of the traces that begin here is recorded (docs/tracing.md)."

  validation {
    condition     = contains(["off", "log", "xray"], var.traces.to) && var.traces.share > 0 && var.traces.share <= 1
    error_message = "traces.to is off, log or xray, and traces.share above 0 and at most 1."
  }
}

variable "lake_workgroup" {
  type        = string
  description = "Athena's workgroup."
}

variable "lake_database" {
  type        = string
  description = "Glue's database."
}

variable "authority_url" {
  type        = string
  description = "The government's API. Empty: the sync stands still until somebody names it."

  validation {
    condition     = var.authority_url == "" || startswith(var.authority_url, "https://")
    error_message = "Grades of minors are sent over https only."
  }
}

variable "sync_machine_arn" {
  type        = string
  description = "The state machine of one school's sync. With `-parent` behind it: the one over all schools."
}

variable "more" {
  type        = map(string)
  default     = {}
  description = "Further variables of docs/settings.md whose default does not fit, for example LUCA_SCHOOL_RATE."

  validation {
    condition     = !anytrue([for name in keys(var.more) : can(regex("SECRET|TOKEN|PASSWORD", name))])
    error_message = "A secret belongs into Secrets Manager: what stands here is in the state and in every plan."
  }
}
