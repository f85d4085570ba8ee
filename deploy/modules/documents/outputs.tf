output "prefix" {
  value       = var.prefix
  description = "For names that no document knows."
}

output "bucket_prefix" {
  value       = var.bucket_prefix
  description = "The same for buckets."
}

output "names" {
  value       = local.names
  description = "Every fixed name, and what it is called here."

  precondition {
    condition     = alltrue([for bucket in local.bucket_names : !anytrue([for name in local.fixed : startswith(bucket, name)])])
    error_message = "A bucket's name begins with another fixed name: it would get both prefixes. Choose another."
  }
}

output "policies" {
  # Compact, because a role takes 10,240 characters; the pool narrows those that act on accounts.
  value = { for name, path in local.policy_files : name =>
    strcontains(local.texts[path], "userpool/*")
    ? replace(jsonencode(jsondecode(local.texts[path])), "userpool/*", "userpool/${var.pool_id}")
    : jsonencode(jsondecode(local.texts[path]))
    if !startswith(name, "trust-")
  }
  description = "What each role may do, as JSON, by short name."
}

output "trusts" {
  value       = { for name in local.roles : name => jsonencode(jsondecode(local.texts["policies/trust-${name}.json"])) }
  description = "Who may become each role, as JSON, by short name."
}

output "role_names" {
  value       = { for name in local.roles : name => local.names["luca-${name}"] }
  description = "What each role is called here, by short name."
}

output "role_arns" {
  value       = { for name in local.roles : name => "arn:aws:iam::${var.account_id}:role/${local.names["luca-${name}"]}" }
  description = "The roles' ARNs before the roles exist: for policies that name them."
}

output "table" {
  value       = jsondecode(local.texts["table.json"])
  description = "table.json."
}

output "queues" {
  value = { for name, queue in local.plain_queues : name => merge(queue, {
    name     = local.names[name]
    dlq_name = local.names["${name}-dlq"]
  }) }
  description = "queues.json by plain name, with `name` and `dlq_name`."
}

output "topics" {
  value       = { for name, topic in local.plain_topics : name => merge(topic, { name = local.names[name] }) }
  description = "topics.json by plain name, with `name`."
}

output "buckets" {
  value       = { for name, bucket in local.plain_buckets : name => merge(bucket, { name = local.names[name] }) }
  description = "buckets.json by plain name, with `name`."
}

output "retention" {
  value       = jsondecode(local.texts["retention.json"])
  description = "How long the lake's files stay where."
}

output "identity" {
  # The resource server stays `luca`: tokens name their scopes by it, the same in every environment.
  value       = merge(jsondecode(local.texts["identity.json"]), { pool = "${var.prefix}${jsondecode(local.raw["identity.json"]).pool}" })
  description = "identity.json."
}

output "behavior" {
  value = merge(local.behavior, {
    integration = merge(local.behavior.integration, {
      request_templates = { for type, path in local.behavior.integration.request_templates : type => local.texts[path] }
    })
    integration_responses = [for response in local.behavior.integration_responses : merge(response, {
      response_templates = { for type, path in try(response.response_templates, {}) : type => local.texts[path] }
    })]
  })
  description = "behavior.integration.json with its templates' texts in the place of their files' names."
}

output "machines" {
  value       = { for name, path in local.machine_files : name => { name = local.names[name], definition = local.texts[path] } }
  description = "The state machines by plain name: `name` and `definition`."
}

output "lake" {
  value = {
    schema   = jsondecode(local.texts["lake.json"])
    athena   = jsondecode(local.texts["lake/athena.json"])
    delivery = jsondecode(local.texts["lake/delivery.json"])
    glue     = jsondecode(local.texts["lake/glue.json"])
    pipes    = jsondecode(local.texts["lake/pipes.json"])
  }
  description = "The lake's documents; streams and pipes are keyed by their prefixed names."
}

output "alarms" {
  value       = jsondecode(local.texts["alarms.json"])
  description = "alarms.json."
}

output "authority" {
  value       = jsondecode(local.texts["authority.json"])
  description = "authority.json."
}

# null while a deploy directory has none of them.
output "dashboard" {
  value       = try(jsondecode(local.texts["dashboard.json"]), null)
  description = "dashboard.json."
}

output "log_queries" {
  value       = try(jsondecode(local.texts["log_queries.json"]), null)
  description = "log_queries.json."
}

output "schedules" {
  value       = try(jsondecode(local.texts["schedules.json"]), null)
  description = "schedules.json."
}

output "others" {
  value       = { for path, text in local.texts : trimsuffix(path, ".json") => jsondecode(text) if endswith(path, ".json") && !strcontains(path, "/") }
  description = "Every document in deploy/ by its file's name without `.json`, names filled in."
}
