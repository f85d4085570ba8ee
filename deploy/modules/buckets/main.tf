# deploy/buckets.json as buckets: private, encrypted with our key, reached by TLS only, deleted
# only by somebody with a second factor.

resource "aws_s3_bucket" "this" {
  for_each      = var.buckets
  bucket        = each.value.name
  force_destroy = !var.deletion_protection
}

resource "aws_s3_bucket_public_access_block" "this" {
  for_each                = var.buckets
  bucket                  = aws_s3_bucket.this[each.key].id
  block_public_acls       = each.value.block_public_access
  block_public_policy     = each.value.block_public_access
  ignore_public_acls      = each.value.block_public_access
  restrict_public_buckets = each.value.block_public_access
}

resource "aws_s3_bucket_ownership_controls" "this" {
  for_each = var.buckets
  bucket   = aws_s3_bucket.this[each.key].id
  rule {
    object_ownership = "BucketOwnerEnforced" # no ACLs at all
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  for_each = var.buckets
  bucket   = aws_s3_bucket.this[each.key].id
  rule {
    bucket_key_enabled = true # or KMS is asked, and paid, for every object
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = var.kms_key_arn
    }
  }
}

resource "aws_s3_bucket_versioning" "this" {
  for_each = { for name, bucket in var.buckets : name => bucket if bucket.versioning }
  bucket   = aws_s3_bucket.this[each.key].id
  versioning_configuration {
    status = "Enabled"
  }
}

locals {
  tls_only = { for name, bucket in aws_s3_bucket.this : name => {
    Sid       = "TlsOnly"
    Effect    = "Deny"
    Principal = { AWS = "*" }
    Action    = "s3:*" # a refusal of everything
    Resource  = [bucket.arn, "${bucket.arn}/*"]
    Condition = { Bool = { "aws:SecureTransport" = "false" } }
  } }

  # S3's own "MFA delete" can be switched on by nobody but the root user, and not by Terraform; it
  # knows versions, not buckets. Where protection is off, `destroy` has to work without a factor.
  second_factor = { for name, bucket in aws_s3_bucket.this : name => {
    Sid       = "DeletingNeedsASecondFactor"
    Effect    = "Deny"
    Principal = { AWS = "*" }
    Action    = ["s3:DeleteBucket", "s3:DeleteBucketPolicy", "s3:DeleteObjectVersion", "s3:PutBucketPolicy", "s3:PutBucketVersioning"]
    Resource  = [bucket.arn, "${bucket.arn}/*"]
    Condition = { BoolIfExists = { "aws:MultiFactorAuthPresent" = "false" } }
  } }
}

resource "aws_s3_bucket_policy" "this" {
  for_each = var.buckets
  bucket   = aws_s3_bucket.this[each.key].id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = concat([local.tls_only[each.key]], var.deletion_protection ? [local.second_factor[each.key]] : [])
  })

  # Versioning is switched on by the same apply, which has no second factor.
  depends_on = [aws_s3_bucket_public_access_block.this, aws_s3_bucket_versioning.this]
}
