variable "queues" {
  type        = any
  description = "queues.json by plain name, with `name` and `dlq_name` (from `documents`)."
}
