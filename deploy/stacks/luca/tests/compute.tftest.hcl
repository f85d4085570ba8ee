mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_region" {
    defaults = { name = "us-east-1" }
  }
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }
  mock_data "aws_availability_zones" {
    defaults = { names = ["us-east-1a", "us-east-1b", "us-east-1c"] }
  }
}

variables {
  prefix        = "dev-"
  bucket_prefix = "colegios-dev-"
  image_tag     = "0123abc"
}

# Every plan of the stack takes its time: what is asked of one is asked at once.
run "everything_goes_by_the_environments_names" {
  command = plan

  assert {
    condition     = module.workers.cluster_name == "dev-luca" && module.workers.service_names == { consumer = "dev-luca-consumer", worker = "dev-luca-worker" } && module.api.name == "dev-luca-api"
    error_message = "Services are called something else."
  }
  assert {
    condition     = module.images.name == "dev-luca-image"
    error_message = "The roles may not pull from this repository."
  }
  assert {
    condition     = module.workers.log_group_names == { consumer = "/ecs/dev-luca-consumer", manage = "/ecs/dev-luca-manage", worker = "/ecs/dev-luca-worker" }
    error_message = "The role execution may not write to these logs."
  }
  assert {
    condition     = strcontains(module.documents.policies["execution"], "log-group:/ecs/dev-luca-manage:*") && strcontains(module.documents.policies["execution"], "repository/dev-luca-image\"") && strcontains(module.documents.policies["execution"], "secret:dev-luca-django-??????")
    error_message = "The role execution is for another environment."
  }

  assert {
    condition     = module.container.settings["LUCA_TABLE"] == "dev-luca-platform" && module.container.settings["LUCA_BUCKET"] == "colegios-dev-luca-data" && module.container.settings["LUCA_LAKE_BUCKET"] == "colegios-dev-luca-data-lake"
    error_message = "It is told another environment's table or buckets."
  }
  assert {
    condition     = module.container.settings["LUCA_LAKE_WORKGROUP"] == "dev-luca-lake" && module.container.settings["LUCA_LAKE_DATABASE"] == "dev_luca_lake"
    error_message = "It asks another environment's lake."
  }
  assert {
    condition     = module.container.settings["LUCA_METRIC_NAMESPACE"] == "Luca/Platform/dev"
    error_message = "It counts into another environment's metrics."
  }

  assert {
    condition     = module.cache.dax_role_arn == null && module.cache.valkey_endpoint == null
    error_message = "A cache stands between a school and its table."
  }
}

run "with_a_name_the_api_answers_to_it_by_https_and_the_lake_is_written_by_one" {
  command = plan
  variables {
    domain      = { name = "api.school.example", certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/c" }
    lake_writer = "task"
  }
  assert {
    condition     = module.container.settings["LUCA_ALLOWED_HOSTS"] == "api.school.example" && module.api.url == "https://api.school.example"
    error_message = "It answers to another name."
  }
  assert {
    condition     = module.workers.service_names["lake"] == "dev-luca-lake"
    error_message = "Nobody fills the lake."
  }
}

run "a_moving_tag_is_refused" {
  command = plan
  variables {
    image_tag = "latest"
  }
  expect_failures = [var.image_tag]
}
