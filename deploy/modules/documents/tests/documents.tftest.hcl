# No provider: the module makes nothing.

variables {
  prefix        = "dev-"
  bucket_prefix = "colegios-dev-"
  account_id    = "123456789012"
  region        = "us-east-1"
  pool_id       = "us-east-1_Pool"
}

run "every_name_gets_the_prefix_once" {
  assert {
    condition     = output.table.name == "dev-luca-platform"
    error_message = output.table.name
  }
  assert {
    condition     = output.queues["behavior-events-queue"].name == "dev-behavior-events-queue" && output.queues["behavior-events-queue"].dlq_name == "dev-behavior-events-queue-dlq"
    error_message = jsonencode(output.queues)
  }
  assert {
    condition     = output.topics["luca-ops-alerts"].name == "dev-luca-ops-alerts"
    error_message = jsonencode(output.topics)
  }
  assert {
    condition     = output.buckets["luca-data-lake"].name == "colegios-dev-luca-data-lake" && output.retention.bucket == "colegios-dev-luca-data-lake"
    error_message = jsonencode(output.buckets)
  }
  assert {
    condition     = output.lake.glue.database == "dev_luca_lake" && output.lake.athena.workgroup == "dev-luca-lake"
    error_message = "Glue takes no hyphen."
  }
  assert {
    condition     = length(regexall("dev-dev-|dev-colegios|luca-luca", join("", concat(values(output.policies), values(output.trusts))))) == 0
    error_message = "A prefix stands twice."
  }
}

run "no_policy_names_another_environment" {
  assert {
    condition     = length(regexall("(role/|topic/|:::|:|/)luca[-_]", join("", concat(values(output.policies), values(output.trusts), [for machine in output.machines : machine.definition])))) == 0
    error_message = join("\n", [for name, text in merge(output.policies, output.trusts) : name if length(regexall("(role/|:::|:|/)luca[-_]", text)) > 0])
  }
  assert {
    condition     = strcontains(output.policies["tenant"], "arn:aws:dynamodb:us-east-1:123456789012:table/dev-luca-platform")
    error_message = output.policies["tenant"]
  }
  assert {
    condition     = strcontains(output.machines["luca-govsync"].definition, "https://sqs.us-east-1.amazonaws.com/123456789012/dev-govsync-queue")
    error_message = "The machine's queue."
  }
  assert {
    condition     = strcontains(output.behavior.integration.request_templates["application/json"], "\"routing_key\":\"dev-behavior-events-queue\"")
    error_message = "The template's queue."
  }
}

run "what_iam_fills_in_stays" {
  assert {
    condition     = strcontains(output.policies["tenant"], "TENANT#$${aws:PrincipalTag/school_id}#*")
    error_message = output.policies["tenant"]
  }
  assert {
    condition     = strcontains(output.trusts["tenant"], "*$${*}*")
    error_message = output.trusts["tenant"]
  }
  assert {
    condition     = length(regexall("[$][{](AccountId|Region)[}]", join("", concat(values(output.policies), values(output.trusts))))) == 0
    error_message = "A placeholder was left."
  }
}

run "the_tenant_role_neither_scans_nor_asks_in_sql" {
  assert {
    condition     = length(regexall("dynamodb:(Scan|PartiQL[A-Za-z]*|ExecuteStatement|[*])", output.policies["tenant"])) == 0
    error_message = output.policies["tenant"]
  }
  assert {
    condition = alltrue([for one in jsondecode(output.trusts["tenant"]).Statement :
      one.Condition.Null["aws:RequestTag/school_id"] == "false" && one.Condition["ForAllValues:StringEquals"]["aws:TagKeys"] == ["school_id"]
      if one.Effect == "Allow"
    ])
    error_message = "The trust does not demand the school's tag."
  }
}

run "accounts_are_narrowed_to_the_pool" {
  assert {
    condition     = !strcontains(join("", values(output.policies)), "userpool/*") && strcontains(output.policies["worker"], "userpool/us-east-1_Pool")
    error_message = "A policy reaches every pool."
  }
}

run "production_has_the_names_that_operators_know" {
  variables {
    prefix = ""
  }
  assert {
    condition     = alltrue([for plain, name in output.names : name == plain || name == "colegios-dev-${plain}"])
    error_message = jsonencode(output.names)
  }
}

run "a_prefix_ends_with_a_hyphen" {
  command = plan
  variables {
    prefix = "dev"
  }
  expect_failures = [var.prefix]
}

run "a_policy_fits_a_role" {
  variables {
    prefix        = "preproduction-x-"
    bucket_prefix = "a-rather-long-name-of-a-company-"
  }
  assert {
    condition     = alltrue([for name, text in output.policies : length(text) <= 10240])
    error_message = "A role takes 10,240 characters."
  }
}
