# What asks the lake: Glue's tables, Athena's workgroups and saved questions. It is there whoever
# fills it; delivery.tf and pipes.tf fill it where the writer is "pipes".

resource "aws_glue_catalog_database" "this" {
  name         = var.glue.database
  description  = "Luca's lake: one schema, deploy/lake.json"
  location_uri = "s3://${var.bucket_name}/"
}

resource "aws_glue_catalog_table" "this" {
  for_each      = var.glue.tables
  name          = each.key
  database_name = aws_glue_catalog_database.this.name
  table_type    = each.value.table_type
  parameters    = each.value.parameters

  dynamic "partition_keys" {
    for_each = each.value.partition_keys
    content {
      name = partition_keys.value.name
      type = partition_keys.value.type
    }
  }

  storage_descriptor {
    location      = each.value.location
    input_format  = each.value.input_format
    output_format = each.value.output_format

    ser_de_info {
      serialization_library = each.value.serde
    }

    dynamic "columns" {
      for_each = each.value.columns
      content {
        name    = columns.value.name
        type    = columns.value.type
        comment = columns.value.comment
      }
    }
  }
}

# Where a school's own session asks. It names the place of its answers itself, because each school
# may write only its own; enforced, the workgroup would put all answers into one folder.
resource "aws_athena_workgroup" "schools" {
  name          = var.athena.workgroup
  description   = "Questions of schools, each in its own session"
  force_destroy = true # what it holds are histories of questions

  configuration {
    enforce_workgroup_configuration    = var.athena.enforce_workgroup_configuration
    publish_cloudwatch_metrics_enabled = var.athena.publish_cloudwatch_metrics
    bytes_scanned_cutoff_per_query     = var.athena.bytes_scanned_cutoff_per_query

    engine_version {
      selected_engine_version = var.athena.engine_version
    }
  }
}

# Where people ask: nothing that they choose weakens it. Answers are removed after a day (retention.json).
resource "aws_athena_workgroup" "operators" {
  name          = var.athena.operators.workgroup
  description   = "Questions of operators: saved questions, enforced limits"
  force_destroy = true

  configuration {
    enforce_workgroup_configuration    = true
    publish_cloudwatch_metrics_enabled = var.athena.publish_cloudwatch_metrics
    bytes_scanned_cutoff_per_query     = var.athena.bytes_scanned_cutoff_per_query

    engine_version {
      selected_engine_version = var.athena.engine_version
    }

    result_configuration {
      output_location       = "s3://${var.bucket_name}/${var.athena.operators.answers}"
      expected_bucket_owner = var.account_id

      encryption_configuration {
        encryption_option = "SSE_KMS"
        kms_key_arn       = var.kms_key_arn
      }
    }
  }
}

resource "aws_athena_named_query" "this" {
  for_each    = var.saved_questions
  name        = each.key
  description = substr(each.value.about, 0, 1024)
  workgroup   = aws_athena_workgroup.operators.name
  database    = aws_glue_catalog_database.this.name
  query       = each.value.query
}

# So that an alarm can see that something lies under errors/ (alarms.json, FilterId).
resource "aws_s3_bucket_metric" "this" {
  for_each = var.delivery.request_metrics
  bucket   = var.bucket_name
  name     = each.key

  filter {
    prefix = each.value
  }
}
