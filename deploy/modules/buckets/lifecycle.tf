# What expires are copies only: retention.json for the lake, old versions elsewhere.

locals {
  lake      = [for name, bucket in var.buckets : name if bucket.name == var.retention.bucket]
  versioned = [for name, bucket in var.buckets : name if bucket.versioning && bucket.name != var.retention.bucket]
}

resource "aws_s3_bucket_lifecycle_configuration" "lake" {
  for_each                               = toset(local.lake)
  bucket                                 = aws_s3_bucket.this[each.key].id
  transition_default_minimum_object_size = "all_storage_classes_128K"

  dynamic "rule" {
    for_each = var.retention.rules
    content {
      id     = rule.key
      status = "Enabled"

      filter {
        prefix = rule.value.prefix
      }

      dynamic "transition" {
        for_each = rule.value.transitions
        content {
          days          = transition.value.days
          storage_class = transition.value.storage_class
        }
      }

      dynamic "expiration" {
        for_each = try([rule.value.expires_after_days], [])
        content {
          days = expiration.value
        }
      }

      dynamic "abort_incomplete_multipart_upload" {
        for_each = try([rule.value.abandon_uploads_after_days], [])
        content {
          days_after_initiation = abort_incomplete_multipart_upload.value
        }
      }
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "versioned" {
  for_each = toset(local.versioned)
  bucket   = aws_s3_bucket.this[each.key].id

  rule {
    id     = "old-versions"
    status = "Enabled"

    filter {
      prefix = ""
    }

    noncurrent_version_expiration {
      noncurrent_days = var.old_versions_days
    }

    expiration {
      expired_object_delete_marker = true
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }

  depends_on = [aws_s3_bucket_versioning.this]
}
