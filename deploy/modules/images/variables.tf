variable "name" {
  type        = string
  description = "The repository's name, with the environment's prefix. The roles `execution` and `puller` name it too."
}

variable "kms_key_arn" {
  type        = string
  description = "The key that layers are encrypted with. A repository keeps the key it was made with."
}

variable "puller_role_arns" {
  type        = list(string)
  description = "The roles that pull: `execution` on ECS, `puller` on App Runner."

  validation {
    condition     = length(var.puller_role_arns) > 0
    error_message = "Somebody has to pull the image."
  }
}

variable "keep" {
  type        = number
  default     = 30
  description = "How many images stay. Fewer than a month of deploys, and a roll back finds nothing."

  validation {
    condition     = var.keep >= 5
    error_message = "Keep at least 5 images, or there is nothing to roll back to."
  }
}

variable "force_delete" {
  type        = bool
  default     = false
  description = "Let a destroy remove the images, too; only where everything is for trying out."
}
