# What the one image is told, whoever runs it: the api, the workers, and an operator's command.
# Nothing is made here. luca/settings.py reads these variables, luca/gunicorn.py and run.sh a few
# more; tests/deploy/test_compute.py starts them with exactly this and finds what is missing.

locals {
  queues  = { for name, queue in var.queues : queue.purpose => name }
  buckets = { for name, bucket in var.buckets : bucket.purpose => bucket.name }
  topics  = { for name, topic in var.topics : topic.purpose => name }

  settings = merge(
    {
      AWS_REGION         = var.region
      AWS_DEFAULT_REGION = var.region # what boto3 reads; AWS_REGION is what the application reads

      LUCA_ALLOWED_HOSTS = join(",", var.allowed_hosts)
      LUCA_PROXIES       = tostring(var.proxies)
      LUCA_LOG_LEVEL     = var.log_level

      LUCA_TRACES      = var.traces.to
      LUCA_TRACE_SHARE = tostring(var.traces.share)

      LUCA_TABLE              = var.table_name
      LUCA_BUCKET             = local.buckets["data"]
      LUCA_LAKE_BUCKET        = local.buckets["lake"]
      LUCA_TENANT_ROLE_ARN    = var.role_arns["tenant"]
      LUCA_ARCHIVE_ROLE_ARN   = var.role_arns["archive"]
      LUCA_DIRECTORY_ROLE_ARN = var.role_arns["directory"]

      LUCA_LAKE_ENGINE    = "athena"
      LUCA_LAKE_WORKGROUP = var.lake_workgroup
      LUCA_LAKE_DATABASE  = var.lake_database

      LUCA_COGNITO_POOL_ID   = var.identity.pool_id
      LUCA_COGNITO_CLIENT_ID = var.identity.client_id
      LUCA_COGNITO_ISSUER    = var.identity.issuer
      LUCA_COGNITO_JWKS_URL  = var.identity.jwks_url

      LUCA_TASKS_QUEUE_URL    = var.queue_urls[local.queues["tasks"]]
      LUCA_TASKS_DLQ_URL      = var.dlq_urls[local.queues["tasks"]]
      LUCA_SYNC_QUEUE_URL     = var.queue_urls[local.queues["sync"]]
      LUCA_SYNC_DLQ_URL       = var.dlq_urls[local.queues["sync"]]
      LUCA_BEHAVIOR_QUEUE_URL = var.queue_urls[local.queues["behavior"]]
      LUCA_BEHAVIOR_DLQ_URL   = var.dlq_urls[local.queues["behavior"]]

      LUCA_COMPLIANCE_TOPIC_ARN = var.topic_arns[local.topics["compliance"]]
      LUCA_ALERTS_TOPIC_ARN     = var.topic_arns[local.topics["alerts"]]

      LUCA_AUTHORITY_URL    = var.authority_url
      GOVSYNC_ENGINE        = "stepfunctions"
      LUCA_SYNC_MACHINE_ARN = var.sync_machine_arn
    },
    var.more,
  )

  # An operator's role sends no traces: a command's log says what it did.
  settings_of = { for service in keys(local.secrets_of) : service => merge(
    local.settings,
    service == "manage" ? { LUCA_TRACES = "off" } : {},
  ) }

  # Of each secret those who need it: the token of the authority is the worker's alone.
  secrets_of = {
    api      = ["django", "cognito"]
    worker   = ["django", "authority"]
    consumer = ["django"]
    lake     = ["django"]
    manage   = ["django", "cognito"]
  }
  secret_settings = {
    django    = "LUCA_SECRET_KEY"
    authority = "LUCA_AUTHORITY_TOKEN"
    cognito   = "LUCA_COGNITO_CLIENT_SECRET"
  }
}
