output "key_arn" {
  value       = aws_kms_replica_key.this.arn
  description = "The key's replica."
}

output "bucket_names" {
  value       = { for name, bucket in aws_s3_bucket.this : name => bucket.bucket }
  description = "The copies by plain name."
  depends_on  = [aws_s3_bucket_versioning.this, aws_s3_bucket_policy.this]
}
