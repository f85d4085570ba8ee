mock_provider "aws" {
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/r" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:mx-central-1:123456789012:log-group:g" }
  }
  mock_data "aws_availability_zones" {
    defaults = { names = ["r-1a", "r-1b", "r-1c", "r-1d"] }
  }
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }
}

variables {
  prefix      = "dev-"
  region      = "mx-central-1"
  account_id  = "123456789012"
  kms_key_arn = "arn:aws:kms:mx-central-1:123456789012:key/1"
}

run "two_zones_and_one_way_out" {
  command = plan

  assert {
    condition     = length(aws_subnet.private) == 2 && length(aws_subnet.public) == 2 && length(aws_nat_gateway.this) == 1 && length(aws_route.nat) == 2
    error_message = "Two zones, one NAT, both zones routed through it."
  }
  assert {
    condition     = length(distinct(concat(aws_subnet.private[*].cidr_block, aws_subnet.public[*].cidr_block))) == 4
    error_message = "Subnets do not overlap."
  }
  assert {
    condition     = toset(keys(aws_vpc_endpoint.gateway)) == toset(["dynamodb", "s3"]) && length(aws_vpc_endpoint.interface) == 0
    error_message = "Endpoints that cost nothing are always there, the others on demand."
  }
  assert {
    condition     = aws_cloudwatch_log_group.flow.retention_in_days == 30 && aws_cloudwatch_log_group.flow.kms_key_id == var.kms_key_arn
    error_message = "Flow logs are kept 30 days, encrypted."
  }
  assert {
    condition     = !anytrue(aws_subnet.public[*].map_public_ip_on_launch)
    error_message = "Nothing gets a public address by accident."
  }
}

run "the_default_group_opens_nothing" {
  command = apply

  assert {
    condition     = length(aws_default_security_group.closed.ingress) == 0 && length(aws_default_security_group.closed.egress) == 0
    error_message = "The default group has no rule."
  }
}

run "a_nat_for_each_zone" {
  command = plan

  variables {
    zones               = 3
    nat                 = "per_zone"
    interface_endpoints = ["sqs", "sts"]
  }

  assert {
    condition     = length(aws_nat_gateway.this) == 3 && length(aws_route_table.private) == 3
    error_message = "A zone that fails takes only its own NAT with it."
  }
  assert {
    condition     = aws_vpc_endpoint.interface["sqs"].service_name == "com.amazonaws.mx-central-1.sqs" && aws_vpc_endpoint.interface["sqs"].private_dns_enabled
    error_message = "Tasks find the endpoint under the service's own name."
  }
}

run "without_a_way_out_endpoints_are_wanted" {
  command = plan

  variables {
    nat                 = "none"
    interface_endpoints = ["sqs"]
  }

  expect_failures = [var.nat]
}
