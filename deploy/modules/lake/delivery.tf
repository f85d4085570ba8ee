# Firehose: rows to Parquet in the lake's folders.

locals {
  pipes   = var.writer == "pipes" ? var.pipes.pipes : {}
  streams = var.writer == "pipes" ? var.delivery.streams : {}
}

resource "aws_cloudwatch_log_group" "delivery" {
  for_each          = local.streams
  name              = "/aws/kinesisfirehose/${each.key}"
  retention_in_days = var.delivery.log_retention_days
  kms_key_id        = var.kms_key_arn
}

resource "aws_cloudwatch_log_stream" "delivery" {
  for_each       = local.streams
  name           = "DestinationDelivery"
  log_group_name = aws_cloudwatch_log_group.delivery[each.key].name
}

resource "aws_kinesis_firehose_delivery_stream" "this" {
  for_each    = local.streams
  name        = each.key
  destination = "extended_s3"

  # What waits in a stream for a minute or, when S3 refuses, for a day.
  server_side_encryption {
    enabled  = true
    key_type = "CUSTOMER_MANAGED_CMK"
    key_arn  = var.kms_key_arn
  }

  extended_s3_configuration {
    role_arn            = var.role_arns["delivery"]
    bucket_arn          = var.bucket_arn
    prefix              = each.value.prefix
    error_output_prefix = var.delivery.error_output_prefix
    buffering_interval  = var.delivery.buffering.interval_seconds
    buffering_size      = var.delivery.buffering.size_mb
    compression_format  = "UNCOMPRESSED" # Parquet compresses itself
    kms_key_arn         = var.kms_key_arn
    custom_time_zone    = "UTC"

    dynamic_partitioning_configuration {
      enabled        = true
      retry_duration = var.delivery.partition_retry_seconds
    }

    processing_configuration {
      enabled = true

      processors {
        type = "MetadataExtraction"
        parameters {
          parameter_name  = "JsonParsingEngine"
          parameter_value = "JQ-1.6"
        }
        parameters {
          parameter_name  = "MetadataExtractionQuery"
          parameter_value = each.value.partition_query
        }
      }
    }

    data_format_conversion_configuration {
      input_format_configuration {
        deserializer {
          open_x_json_ser_de {}
        }
      }

      output_format_configuration {
        serializer {
          parquet_ser_de {
            compression = var.delivery.parquet_compression
          }
        }
      }

      schema_configuration {
        database_name = aws_glue_catalog_database.this.name
        table_name    = aws_glue_catalog_table.this[each.value.table].name
        role_arn      = var.role_arns["delivery"]
        region        = var.region
      }
    }

    cloudwatch_logging_options {
      enabled         = true
      log_group_name  = aws_cloudwatch_log_group.delivery[each.key].name
      log_stream_name = aws_cloudwatch_log_stream.delivery[each.key].name
    }
  }
}
