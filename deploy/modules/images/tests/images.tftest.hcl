mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }
}

variables {
  name             = "dev-luca-image"
  kms_key_arn      = "arn:aws:kms:us-east-1:123456789012:key/k"
  puller_role_arns = ["arn:aws:iam::123456789012:role/dev-luca-execution"]
}

run "a_tag_never_moves_and_every_image_is_scanned" {
  assert {
    condition     = aws_ecr_repository.this.image_tag_mutability == "IMMUTABLE"
    error_message = "A tag can be moved."
  }
  assert {
    condition     = aws_ecr_repository.this.image_scanning_configuration[0].scan_on_push
    error_message = "Images are not scanned."
  }
  assert {
    condition     = aws_ecr_repository.this.encryption_configuration[0].encryption_type == "KMS"
    error_message = "Layers are not encrypted with our key."
  }
  assert {
    condition     = !aws_ecr_repository.this.force_delete
    error_message = "A destroy would remove the images."
  }
}

run "the_last_images_stay_to_roll_back_to" {
  variables {
    keep = 12
  }
  assert {
    condition     = jsondecode(aws_ecr_lifecycle_policy.this.policy).rules[1].selection.countNumber == 12
    error_message = "It keeps another number."
  }
}

run "too_few_to_roll_back_are_refused" {
  command = plan
  variables {
    keep = 2
  }
  expect_failures = [var.keep]
}

run "whoever_runs_the_image_may_not_replace_it" {
  assert {
    condition = alltrue([
      for statement in data.aws_iam_policy_document.pull.statement : statement.effect == "Deny"
      if contains(statement.actions, "ecr:PutImage")
    ])
    error_message = "Somebody who pulls may push."
  }
}
