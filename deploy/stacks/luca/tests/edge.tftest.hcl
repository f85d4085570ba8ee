mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_region" {
    defaults = { name = "mx-central-1" }
  }
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }
  mock_data "aws_availability_zones" {
    defaults = { names = ["mx-central-1a", "mx-central-1b", "mx-central-1c"] }
  }
}

variables {
  prefix        = "dev-"
  bucket_prefix = "colegios-dev-"
  image_tag     = "0123abc"
}

run "the_edge_goes_by_the_environments_names" {
  command = plan

  assert {
    condition     = module.edge.name == "dev-luca" && module.waf.name == "dev-luca-edge" && module.waf.log_group == "aws-waf-logs-dev-luca"
    error_message = "Two environments of one account would meet."
  }
  assert {
    condition     = module.documents.behavior.integration.uri == "arn:aws:apigateway:mx-central-1:sqs:path/123456789012/dev-behavior-events-queue"
    error_message = "Events of dev would reach another queue."
  }
  assert {
    condition     = strcontains(module.documents.policies["gateway"], ":dev-behavior-events-queue\"")
    error_message = "The gateway may not send to its queue."
  }
}

