terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source = "hashicorp/aws"
      # Exactly this one: there is no lock file, whose hashes only the registry could give.
      version = "= 5.100.0"
    }
  }
}
