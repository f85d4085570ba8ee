output "copied_buckets" {
  value       = { for name, bucket in var.buckets : name => bucket.copy }
  description = "The copies' names by plain name."
}
