# The lake as its documents say, with pipes and without.

mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
}

run "documents" {
  module {
    source = "../documents"
  }
  variables {
    prefix        = "dev-"
    bucket_prefix = "colegios-dev-"
    account_id    = "123456789012"
    region        = "us-east-1"
  }
}

variables {
  function_package = "/none/lake-rows.zip"
  bucket_arn       = "arn:aws:s3:::colegios-dev-luca-data-lake"
  stream_arn       = "arn:aws:dynamodb:us-east-1:123456789012:table/dev-luca-platform/stream/2026"
  kms_key_arn      = "arn:aws:kms:us-east-1:123456789012:key/k"
  account_id       = "123456789012"
  region           = "us-east-1"
}

run "with_pipes" {
  command = plan
  variables {
    glue            = run.documents.lake.glue
    athena          = run.documents.lake.athena
    delivery        = run.documents.lake.delivery
    pipes           = run.documents.lake.pipes
    saved_questions = run.documents.saved_questions
    bucket_name     = run.documents.buckets["luca-data-lake"].name
    role_arns       = run.documents.role_arns
  }

  assert {
    condition     = sort(keys(aws_pipes_pipe.this)) == tolist(["dev-luca-lake-events", "dev-luca-lake-grades"])
    error_message = "Two pipes: a third would throttle the stream."
  }
  assert {
    condition     = alltrue([for pipe in aws_pipes_pipe.this : length(pipe.source_parameters[0].filter_criteria[0].filter) == 3])
    error_message = "Each pipe filters by kind and by who removed an item."
  }
  assert {
    condition     = alltrue([for pipe in aws_pipes_pipe.this : pipe.log_configuration[0].include_execution_data == null])
    error_message = "No record gets into a pipe's log."
  }
  assert {
    condition     = alltrue([for stream in aws_kinesis_firehose_delivery_stream.this : stream.extended_s3_configuration[0].dynamic_partitioning_configuration[0].enabled && startswith(stream.extended_s3_configuration[0].error_output_prefix, "errors/")])
    error_message = "Rows go into folders by school, what cannot be delivered under errors/."
  }
  assert {
    condition     = alltrue([for stream in aws_kinesis_firehose_delivery_stream.this : stream.server_side_encryption[0].key_type == "CUSTOMER_MANAGED_CMK"])
    error_message = "Rows on their way are encrypted with our key."
  }
  assert {
    condition     = alltrue([for group in concat(values(aws_cloudwatch_log_group.delivery), values(aws_cloudwatch_log_group.pipe), values(aws_cloudwatch_log_group.function)) : group.retention_in_days == 30 && group.kms_key_id != null])
    error_message = "Logs are encrypted and gone after 30 days."
  }
  assert {
    condition     = aws_lambda_function.rows["pipes"].tracing_config[0].mode == "Active" && aws_lambda_function.rows["pipes"].function_name == "dev-luca-lake-rows"
    error_message = "The function is traced and carries the prefix."
  }
  assert {
    condition     = aws_glue_catalog_database.this.name == "dev_luca_lake" && aws_glue_catalog_table.this["events"].parameters["projection.school_id.type"] == "injected"
    error_message = "No statement is answered that names no school."
  }
  assert {
    condition     = aws_glue_catalog_table.this["events"].storage_descriptor[0].location == "s3://colegios-dev-luca-data-lake/events/" && strcontains(aws_glue_catalog_table.this["events"].parameters["storage.location.template"], "school_id=$${school_id}/")
    error_message = "Tables name the environment's bucket, and keep Glue's own placeholders."
  }
  assert {
    condition     = alltrue([for table, rows in { events = run.documents.lake.schema.datasets.events, grades = run.documents.lake.schema.datasets.grades } : [for column in concat(run.documents.lake.schema.common, rows.columns) : column.name] == [for column in aws_glue_catalog_table.this[table].storage_descriptor[0].columns : column.name]])
    error_message = "Glue's columns are those of deploy/lake.json."
  }
  assert {
    condition     = aws_athena_workgroup.schools.configuration[0].bytes_scanned_cutoff_per_query == 10737418240 && aws_athena_workgroup.operators.configuration[0].bytes_scanned_cutoff_per_query == 10737418240
    error_message = "No question reads more than 10 GB."
  }
  assert {
    condition     = aws_athena_workgroup.operators.configuration[0].enforce_workgroup_configuration && aws_athena_workgroup.operators.configuration[0].result_configuration[0].encryption_configuration[0].encryption_option == "SSE_KMS"
    error_message = "What people ask is enforced and encrypted."
  }
  assert {
    condition     = length(aws_athena_named_query.this) == 9 && alltrue([for query in aws_athena_named_query.this : strcontains(query.query, "school_id = 'SCHOOL'")])
    error_message = "Every question of the library is saved, about one school."
  }
  assert {
    condition     = aws_s3_bucket_metric.this["errors"].filter[0].prefix == "errors/"
    error_message = "An alarm sees what lies under errors/."
  }
  assert {
    condition     = aws_sqs_queue.dead["pipes"].name == "dev-luca-lake-dlq" && aws_sqs_queue.dead["pipes"].message_retention_seconds == 1209600
    error_message = "What a pipe gives up waits 14 days."
  }
}

run "with_a_task" {
  command = plan
  variables {
    glue            = run.documents.lake.glue
    athena          = run.documents.lake.athena
    delivery        = run.documents.lake.delivery
    pipes           = run.documents.lake.pipes
    saved_questions = run.documents.saved_questions
    bucket_name     = run.documents.buckets["luca-data-lake"].name
    role_arns       = run.documents.role_arns
    writer          = "task"
  }

  assert {
    condition     = length(aws_pipes_pipe.this) + length(aws_kinesis_firehose_delivery_stream.this) + length(aws_lambda_function.rows) == 0
    error_message = "One writer: the task has the stream for itself."
  }
  assert {
    condition     = length(aws_glue_catalog_table.this) == 2 && output.dlq_arn == null
    error_message = "The lake is asked the same way, whoever fills it."
  }
}
