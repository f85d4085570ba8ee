mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/luca-dax" }
  }
}

variables {
  name                   = "luca"
  account_id             = "123456789012"
  region                 = "us-east-1"
  table_arn              = "arn:aws:dynamodb:us-east-1:123456789012:table/luca-platform"
  kms_key_arn            = "arn:aws:kms:us-east-1:123456789012:key/k"
  vpc_id                 = "vpc-1"
  private_subnet_ids     = ["subnet-1", "subnet-2"]
  task_security_group_id = "sg-1"
}

run "nothing_is_cached_unless_somebody_asks" {
  assert {
    condition     = length(aws_dax_cluster.this) + length(aws_elasticache_serverless_cache.this) + length(aws_iam_role.dax) + length(aws_security_group.cache) == 0
    error_message = "A cache is made by default."
  }
}

run "dax_reads_platform_items_and_no_schools" {
  variables {
    dax = { enabled = true }
  }
  assert {
    condition     = aws_dax_cluster.this[0].cluster_endpoint_encryption_type == "TLS" && aws_dax_cluster.this[0].server_side_encryption[0].enabled
    error_message = "It is not encrypted."
  }
  assert {
    condition = alltrue([
      for condition in data.aws_iam_policy_document.platform_items[0].statement[0].condition :
      condition.test == "Null" ? condition.values == tolist(["false"]) : condition.values == tolist(["PLATFORM#*"])
    ]) && length(data.aws_iam_policy_document.platform_items[0].statement[0].condition) == 2
    error_message = "Its role reaches more than PLATFORM#."
  }
  assert {
    condition = toset(flatten([for statement in data.aws_iam_policy_document.platform_items[0].statement : statement.actions])) == toset([
      "dynamodb:BatchGetItem", "dynamodb:DescribeTable", "dynamodb:GetItem", "dynamodb:Query", "kms:Decrypt",
    ])
    error_message = "Its role does more than read."
  }
  assert {
    condition     = !contains(flatten([for statement in data.aws_iam_policy_document.platform_items[0].statement : statement.resources]), "*")
    error_message = "Its role names no resource."
  }
}

run "valkey_is_reached_by_our_tasks_only" {
  variables {
    valkey = { enabled = true }
  }
  assert {
    condition     = keys(aws_vpc_security_group_ingress_rule.cache) == ["valkey"] && aws_vpc_security_group_ingress_rule.cache["valkey"].referenced_security_group_id == "sg-1"
    error_message = "Somebody else reaches it."
  }
  assert {
    condition     = length(aws_dax_cluster.this) == 0
    error_message = "DAX comes along."
  }
}
