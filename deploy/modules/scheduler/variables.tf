variable "group" {
  type        = string
  description = "The schedules' group (schedules.json, from `documents`)."
}

variable "dead_letters" {
  type        = object({ queue = string, message_retention_seconds = number })
  description = "Where ticks go that no queue took (schedules.json, from `documents`)."
}

variable "ticks" {
  type        = any
  description = "The ticks by task, each with `name`, `queue`, `expression`, `timezone`, `expires_after_seconds`, `means` and the rendered `input` (from `documents`)."

  validation {
    condition     = alltrue([for tick in values(var.ticks) : strcontains(tick.input, "<aws.scheduler.execution-id>")])
    error_message = "A tick's message needs Scheduler's own id as it stands: it was encoded on the way here, and every tick would have the same id."
  }
}

variable "queue_arns" {
  type        = map(string)
  description = "The queues' ARNs by plain name."
}

variable "role_arn" {
  type        = string
  description = "The role that Scheduler sends with (`scheduler`)."
}

variable "enabled" {
  type        = bool
  default     = true
  description = "Off in a second region until it takes over: two clocks for one table would do everything twice."
}
