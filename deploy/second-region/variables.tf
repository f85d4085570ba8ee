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

variable "gateway_logs_role" {
  type        = string
  default     = "apigateway-luca-logs"
  description = "The role that bootstrap made for API Gateway's logs: the account's, in every region."
}

variable "primary_key_arn" {
  type        = string
  description = "The first region's key (terraform output of the environment)."
}
