# The roles that workflows on GitHub take, by the token that GitHub signs for each of their jobs: no
# key of AWS is kept there. Their names do not begin as the environments' do, so no environment's
# role can change them.

locals {
  ci       = var.repository != null
  provider = local.ci ? coalesce(var.oidc_provider_arn, try(aws_iam_openid_connect_provider.github[0].arn, null)) : null

  # Who may take which role: what GitHub says of the job, word by word.
  main   = "repo:${coalesce(var.repository, "-")}:ref:refs/heads/main"
  change = "repo:${coalesce(var.repository, "-")}:pull_request" # not one from a fork: GitHub gives it no token
  trusts = local.ci ? merge(
    { build = [local.main] },
    # The state holds the app client's secret, and a pull request runs what nobody has read yet.
    { for name, its in var.environments : "plan-${name}" => concat([local.main], its.planned_before_merge ? [local.change] : []) },
    # GitHub names an environment only after those have approved whom it demands.
    { for name in keys(var.environments) : "apply-${name}" => ["repo:${var.repository}:environment:${name}"] },
  ) : {}
}

resource "aws_iam_openid_connect_provider" "github" {
  count          = local.ci && var.oidc_provider_arn == null ? 1 : 0
  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}

resource "aws_iam_role" "ci" {
  for_each             = local.trusts
  name                 = "terraform-luca-${each.key}"
  description          = "Luca: CI, ${each.key}"
  max_session_duration = 3600
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = local.provider }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = {
        StringEquals = {
          "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
          "token.actions.githubusercontent.com:sub" = each.value
        }
      }
    }]
  })
}

# A ceiling for every role that an environment's apply makes: what the policies of deploy/policies
# name, together, and nothing about roles, users or keys. It gives nothing by itself, hence `*`.
module "documents" {
  source        = "../modules/documents"
  bucket_prefix = ""
  account_id    = local.account_id
  region        = var.region
}

locals {
  ceiling = sort(distinct(flatten(concat(
    [for text in values(module.documents.policies) : [for one in jsondecode(text).Statement : one.Action if one.Effect == "Allow"]],
    ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"], # the VPC's flow logs, whose role is the network's own
    ["dynamodb:DescribeTable"],                                               # DAX asks for the table's keys; its role is the cache's own
  ))))
}

# And no role reaches what another environment holds, whatever its own policy says: or whoever may
# apply dev could make a role of dev that reads production's schools. Roles are told apart by name, as
# CI's own rights are. A pattern of calls is right here: it only refuses.
locals {
  held = ["dynamodb:*Item*", "dynamodb:Query", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "s3:*Object*", "secretsmanager:GetSecretValue", "sqs:*Message*", "states:StartExecution", "sts:*"]
  # Whoever is of no environment named here holds nothing: forgetting to name one is noticed at once.
  stranger = {
    Effect    = "Deny"
    Action    = local.held
    Resource  = "*"
    Condition = { ArnNotLike = { "aws:PrincipalArn" = [for its in values(var.environments) : "arn:aws:iam::${local.account_id}:role/${its.prefix}luca-*"] } }
  }
  apart = [for env, its in var.environments : {
    Effect      = "Deny"
    Action      = local.held
    NotResource = concat(["arn:aws:iam::${local.account_id}:role/${its.prefix}luca-*"], flatten([for service in ["dynamodb", "s3", "secretsmanager", "sqs", "states"] : local.resources[env][service]]))
    Condition   = { ArnLike = { "aws:PrincipalArn" = "arn:aws:iam::${local.account_id}:role/${its.prefix}luca-*" } }
  }]
}

resource "aws_iam_policy" "boundary" {
  name        = "terraform-luca-boundary"
  description = "Luca: the most that a role of an environment can ever do"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = concat([{ Effect = "Allow", Action = local.ceiling, Resource = "*" }, local.stranger], local.apart)
  })
}
