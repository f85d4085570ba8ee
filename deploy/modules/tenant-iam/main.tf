# Every role of deploy/policies, with exactly the policy and the trust that its files say: the
# guard of the embedded AWS judges by the same files. No managed policy is attached to any.

locals {
  # App Runner runs instances under a principal of its own. It is not documented to send
  # aws:SourceAccount, so there the condition may be missing; a wrong account is refused all the same.
  api_trust = {
    ecs       = var.trusts["api"]
    apprunner = replace(replace(var.trusts["api"], "ecs-tasks.amazonaws.com", "tasks.apprunner.amazonaws.com"), "\"StringEquals\":{\"aws:SourceAccount\"", "\"StringEqualsIfExists\":{\"aws:SourceAccount\"")
  }
  # Nor are ECS, when it becomes the execution role, and S3, when it copies: AWS's own examples for these
  # two have no condition, and a task that never starts is the worse mistake.
  lenient = { for name in ["execution", "replica"] : name => replace(var.trusts[name], "\"StringEquals\":{\"aws:SourceAccount\"", "\"StringEqualsIfExists\":{\"aws:SourceAccount\"") if contains(keys(var.trusts), name) }

  trusts = merge(var.trusts, local.lenient, { api = local.api_trust[var.api_runtime] })

  # A trust names other roles by ARN, and AWS takes no role that does not exist yet. So the roles
  # that name none are made first.
  named  = { for name, trust in local.trusts : name => strcontains(trust, ":role/") }
  first  = { for name, trust in local.trusts : name => trust if !local.named[name] }
  second = { for name, trust in local.trusts : name => trust if local.named[name] }
}

resource "aws_iam_role" "run_by_services" {
  for_each             = local.first
  name                 = var.role_names[each.key]
  description          = "Luca: deploy/policies/${each.key}.json"
  assume_role_policy   = each.value
  max_session_duration = 3600 # the longest that one role may give another anyway
  permissions_boundary = var.permissions_boundary_arn
}

resource "aws_iam_role" "entered_by_roles" {
  for_each             = local.second
  name                 = var.role_names[each.key]
  description          = "Luca: deploy/policies/${each.key}.json"
  assume_role_policy   = each.value
  max_session_duration = 3600
  permissions_boundary = var.permissions_boundary_arn

  depends_on = [aws_iam_role.run_by_services]
}

locals {
  roles = merge(aws_iam_role.run_by_services, aws_iam_role.entered_by_roles)
}

resource "aws_iam_role_policy" "this" {
  for_each = var.trusts
  name     = each.key
  role     = local.roles[each.key].id
  policy   = var.policies[each.key]
}
