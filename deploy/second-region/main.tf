# A second region, optional: applied once, before the first region is told of it (`second` of
# stacks/luca). docs/region-loss.md says how to begin, and what to do when the first one is lost.

terraform {
  required_version = ">= 1.11"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "= 5.100.0"
    }
  }

  # terraform init -backend-config=../second-state.hcl: a bucket in this region, for the first one
  # may be gone when this state is needed.
  backend "s3" {
    key          = "luca/second-region.tfstate"
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = {
      project     = "luca"
      environment = "second-region"
    }
  }
}

data "aws_caller_identity" "this" {}

module "documents" {
  source        = "../modules/documents"
  prefix        = var.prefix
  bucket_prefix = var.bucket_prefix
  account_id    = data.aws_caller_identity.this.account_id
  region        = var.region
}

# Each region of an account has this setting of its own, and the first region's is bootstrap's. Without
# it the take-over's API Gateway is refused.
resource "aws_api_gateway_account" "this" {
  cloudwatch_role_arn = "arn:aws:iam::${data.aws_caller_identity.this.account_id}:role/${var.gateway_logs_role}"
}

module "second_region" {
  source          = "../modules/second-region"
  buckets         = module.documents.replication
  primary_key_arn = var.primary_key_arn
  account_id      = data.aws_caller_identity.this.account_id
  region          = var.region
}
