output "state_hcl" {
  value       = <<-HCL
    bucket     = "${aws_s3_bucket.state.bucket}"
    region     = "${var.region}"
    kms_key_id = "${aws_kms_key.state.arn}"
  HCL
  description = "What goes into deploy/state.hcl: terraform output -raw state_hcl > ../state.hcl"
}

output "permissions_boundary_arn" {
  value       = aws_iam_policy.boundary.arn
  description = "What CI's apply demands of every role: TF_VAR_permissions_boundary_arn."
}

output "role_arns" {
  value       = { for name, role in aws_iam_role.ci : name => role.arn }
  description = "The roles of CI: build, plan-<environment>, apply-<environment>."
}
