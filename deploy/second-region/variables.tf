variable "region" {
  type        = string
  default     = "us-west-2"
  description = "The second region."
}

variable "prefix" {
  type        = string
  default     = ""
  description = "The prefix of the environment that it belongs to."
}

variable "bucket_prefix" {
  type        = string
  default     = "colegios-"
  description = "The bucket prefix of the environment that it belongs to."
}

variable "primary_key_arn" {
  type        = string
  description = "The first region's key (terraform output of the environment)."
}
