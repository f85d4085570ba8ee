variables {
  image      = "123456789012.dkr.ecr.us-east-1.amazonaws.com/luca-image:abc123"
  region     = "us-east-1"
  log_groups = { for name in ["api", "worker", "consumer", "lake", "manage"] : name => "/ecs/luca-${name}" }
  table_name = "luca-platform"
  buckets = {
    luca-data      = { name = "x-luca-data", purpose = "data" }
    luca-data-lake = { name = "x-luca-data-lake", purpose = "lake" }
  }
  queues = {
    luca-tasks-queue      = { purpose = "tasks" }
    govsync-queue         = { purpose = "sync" }
    behavior-events-queue = { purpose = "behavior" }
  }
  topics = {
    luca-compliance = { purpose = "compliance" }
    luca-ops-alerts = { purpose = "alerts" }
  }
  queue_urls       = { for name in ["luca-tasks-queue", "govsync-queue", "behavior-events-queue"] : name => "https://sqs/${name}" }
  dlq_urls         = { for name in ["luca-tasks-queue", "govsync-queue", "behavior-events-queue"] : name => "https://sqs/${name}-dlq" }
  topic_arns       = { for name in ["luca-compliance", "luca-ops-alerts"] : name => "arn:aws:sns:us-east-1:123456789012:${name}" }
  role_arns        = { for name in ["tenant", "archive", "directory"] : name => "arn:aws:iam::123456789012:role/luca-${name}" }
  identity         = { pool_id = "us-east-1_a", client_id = "c", issuer = "https://i", jwks_url = "https://i/jwks" }
  secret_arns      = { for name in ["django", "authority", "cognito"] : name => "arn:aws:secretsmanager:us-east-1:123456789012:secret:luca-${name}-AbCdEf" }
  allowed_hosts    = ["api.school.example"]
  lake_workgroup   = "luca-lake"
  lake_database    = "luca_lake"
  authority_url    = "https://authority.example"
  sync_machine_arn = "arn:aws:states:us-east-1:123456789012:stateMachine:luca-govsync"
}

run "no_container_is_root_or_changes_itself" {
  assert {
    condition     = alltrue([for container in values(output.definitions) : container.user == "10001" && !container.privileged])
    error_message = "Somebody is root."
  }
  assert {
    condition     = alltrue([for container in values(output.definitions) : container.readonlyRootFilesystem && container.mountPoints[0].containerPath == "/tmp" && length(container.mountPoints) == 1])
    error_message = "Something but /tmp can be written to."
  }
  assert {
    condition     = alltrue([for container in values(output.definitions) : container.linuxParameters.capabilities.drop[0] == "ALL"])
    error_message = "A capability is kept."
  }
}

run "only_the_api_listens" {
  assert {
    condition     = [for name, container in output.definitions : name if length(container.portMappings) > 0] == ["api"]
    error_message = "Somebody else listens."
  }
}

run "who_needs_no_secret_is_told_none" {
  assert {
    condition     = { for name, secrets in output.secrets_of : name => sort(keys(secrets)) if contains(keys(secrets), "LUCA_AUTHORITY_TOKEN") } == { worker = tolist(["LUCA_AUTHORITY_TOKEN", "LUCA_SECRET_KEY"]) }
    error_message = "The authority's token goes to somebody but the worker."
  }
  assert {
    condition     = sort([for name, secrets in output.secrets_of : name if contains(keys(secrets), "LUCA_COGNITO_CLIENT_SECRET")]) == tolist(["api", "manage"])
    error_message = "Others than the API and the operators sign people in."
  }
  assert {
    condition     = alltrue([for entry in output.environment : !can(regex("SECRET|TOKEN", entry.name))])
    error_message = "A secret is a plain variable."
  }
}

run "the_longest_that_fargate_waits_is_two_minutes" {
  assert {
    condition     = alltrue([for seconds in values(output.stop_timeouts) : seconds >= 30 && seconds <= 120])
    error_message = "Fargate takes 120 s at most."
  }
}

run "a_version_is_named" {
  command = plan
  variables {
    image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/luca-image:latest"
  }
  expect_failures = [var.image]
}

run "a_secret_is_not_slipped_in_among_the_settings" {
  command = plan
  variables {
    more = { LUCA_AUTHORITY_TOKEN = "x" }
  }
  expect_failures = [var.more]
}

run "any_host_is_refused" {
  command = plan
  variables {
    allowed_hosts = ["*"]
  }
  expect_failures = [var.allowed_hosts]
}

run "minors_grades_are_sent_by_https" {
  command = plan
  variables {
    authority_url = "http://authority.example"
  }
  expect_failures = [var.authority_url]
}
