# The first region's part of a second one: copying what the buckets of deploy/replication.json hold,
# and every image. The table's own replica is an argument of the table (modules/table). What
# stands there is deploy/second-region, a root of its own: while one region is down, the other's
# plan must not ask it anything.

resource "aws_s3_bucket_replication_configuration" "this" {
  for_each = var.buckets
  bucket   = each.value.name
  role     = var.role_arn

  rule {
    id       = "second-region"
    status   = "Enabled"
    priority = 0

    filter {
      prefix = ""
    }

    # What is deleted here goes there, too: somebody who was erased must not live on in a copy.
    delete_marker_replication {
      status = "Enabled"
    }

    source_selection_criteria {
      sse_kms_encrypted_objects {
        status = "Enabled" # without it S3 silently copies nothing that our key encrypts
      }
    }

    destination {
      bucket        = "arn:aws:s3:::${each.value.copy}"
      storage_class = "STANDARD_IA"

      encryption_configuration {
        replica_kms_key_id = var.second.kms_key_arn
      }

      # A copy is late after 15 minutes, and the bucket's metrics say so.
      metrics {
        status = "Enabled"
        event_threshold {
          minutes = 15
        }
      }
      replication_time {
        status = "Enabled"
        time {
          minutes = 15
        }
      }
    }
  }
}

# One for the whole registry: another one in this account would take its place.
resource "aws_ecr_replication_configuration" "this" {
  replication_configuration {
    rule {
      destination {
        region      = var.second.region
        registry_id = var.account_id
      }
      repository_filter {
        filter      = var.repository_prefix
        filter_type = "PREFIX_MATCH"
      }
    }
  }
}
