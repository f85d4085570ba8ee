# What happens by itself, who is told of it, and the lake's saved questions.

locals {
  schedules = jsondecode(local.texts["schedules.json"])

  # Filled in as text: jsonencode would turn the < of Scheduler's own placeholders into \u003c,
  # and Scheduler would send them as they stand.
  ticks = { for task, tick in local.schedules.ticks : task => merge(tick, {
    name = task
    # By the plain name, as the module `queues` tells its ARNs.
    queue = jsondecode(local.raw["schedules.json"]).ticks[task].queue
    input = replace(replace(replace(local.texts["tick.json"],
      "$${Task}", task),
      "$${Queue}", tick.queue),
    "$${ExpiresAfter}", tostring(tick.expires_after_seconds))
  }) }

  saved = try(jsondecode(local.texts["lake/named_queries.json"]).queries, {})
}

output "ticks" {
  value       = local.ticks
  description = "The ticks by task, each with the `input` that Scheduler sends; `queue` is a plain name."
}

output "audit" {
  value       = jsondecode(local.texts["audit.json"])
  description = "audit.json."
}

output "replication" {
  # By the plain name of the bucket that is copied.
  value       = { for bucket, copy in jsondecode(local.raw["replication.json"]).buckets : bucket => { name = local.names[bucket], copy = local.names[copy] } }
  description = "The buckets that a second region holds a copy of, by plain name: `name` here, `copy` there."
}

output "saved_questions" {
  value       = local.saved
  description = "Questions to the lake that operators find in Athena, by name: `about` and `query`."
}
