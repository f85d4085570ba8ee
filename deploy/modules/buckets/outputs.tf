# Known only when the policy stands: nothing is put into a bucket that could still be read without TLS.
output "names" {
  value       = { for name, bucket in aws_s3_bucket.this : name => bucket.bucket }
  description = "Names by plain name."
  depends_on  = [aws_s3_bucket_policy.this, aws_s3_bucket_public_access_block.this]
}

output "arns" {
  value       = { for name, bucket in aws_s3_bucket.this : name => bucket.arn }
  description = "ARNs by plain name."
  depends_on  = [aws_s3_bucket_policy.this, aws_s3_bucket_public_access_block.this]
}

output "versioned" {
  value       = { for name, bucket in aws_s3_bucket.this : name => contains(keys(aws_s3_bucket_versioning.this), name) }
  description = "Which buckets keep old versions (replication needs them)."
}
