# Production: the names that operators know, without a prefix.

terraform {
  required_version = ">= 1.11"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "= 5.100.0"
    }
  }

  # Bucket, region and key come from bootstrap: terraform init -backend-config=../../state.hcl
  backend "s3" {
    key          = "luca/prod.tfstate"
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = {
      project     = "luca"
      environment = "prod"
    }
  }
}

module "luca" {
  source = "../../stacks/luca"

  prefix              = ""
  bucket_prefix       = "colegios-"
  api_runtime         = "ecs"
  deletion_protection = true
  second_region       = "us-west-2" # prepared, not used: docs/region-loss.md

  alert_emails             = var.alert_emails
  compliance_emails        = var.compliance_emails
  permissions_boundary_arn = var.permissions_boundary_arn
  image_tag                = var.image_tag
  authority_url            = var.authority_url
}
