# What the roles of CI may do. The calls stand in actions.tf.

locals {
  everywhere = "*:${local.account_id}" # any region: there may be a second one

  # How resources of each service are named, by environment. `aws` alone: no other partition is known.
  resources = { for env, its in var.environments : env => {
    athena     = ["arn:aws:athena:${local.everywhere}:workgroup/${its.prefix}luca-*"]
    cloudtrail = ["arn:aws:cloudtrail:${local.everywhere}:trail/${its.prefix}luca-*"]
    cloudwatch = ["arn:aws:cloudwatch:${local.everywhere}:alarm:${its.prefix}Luca-*", "arn:aws:cloudwatch:${local.everywhere}:insight-rule/${its.prefix}luca-*", "arn:aws:cloudwatch::${local.account_id}:dashboard/${its.prefix}Luca-*"]
    dynamodb   = ["arn:aws:dynamodb:${local.everywhere}:table/${its.prefix}luca-*"]
    ecr        = ["arn:aws:ecr:${local.everywhere}:repository/${its.prefix}luca-*"]
    ecs        = [for kind in ["cluster", "service", "task", "task-definition"] : "arn:aws:ecs:${local.everywhere}:${kind}/${its.prefix}luca*"]
    events     = ["arn:aws:events:${local.everywhere}:rule/${its.prefix}luca-*"]
    firehose   = ["arn:aws:firehose:${local.everywhere}:deliverystream/${its.prefix}luca-*"]
    glue       = ["arn:aws:glue:${local.everywhere}:catalog", "arn:aws:glue:${local.everywhere}:database/${replace(its.prefix, "-", "_")}luca_*", "arn:aws:glue:${local.everywhere}:table/${replace(its.prefix, "-", "_")}luca_*/*"]
    lambda     = ["arn:aws:lambda:${local.everywhere}:function:${its.prefix}luca-*"]
    # Services put paths before the name; API Gateway's own group is named after the API's id alone, so
    # this part of the list reaches that group of every API of the account (docs/least-privilege.md).
    logs           = ["arn:aws:logs:${local.everywhere}:log-group:*${its.prefix}luca*", "arn:aws:logs:${local.everywhere}:log-group:API-Gateway-Execution-Logs_*"]
    pipes          = ["arn:aws:pipes:${local.everywhere}:pipe/${its.prefix}luca-*"]
    s3             = ["arn:aws:s3:::${its.bucket_prefix}luca-*"]
    scheduler      = ["arn:aws:scheduler:${local.everywhere}:schedule/${its.prefix}luca-*", "arn:aws:scheduler:${local.everywhere}:schedule-group/${its.prefix}luca-*"]
    secretsmanager = ["arn:aws:secretsmanager:${local.everywhere}:secret:${its.prefix}luca-*"]
    sns            = ["arn:aws:sns:${local.everywhere}:${its.prefix}luca-*"]
    sqs            = [for name in ["luca-*", "behavior-*", "govsync-*"] : "arn:aws:sqs:${local.everywhere}:${its.prefix}${name}"]
    states         = ["arn:aws:states:${local.everywhere}:stateMachine:${its.prefix}luca-*"]
  } }

  # Statements are called after their service, for docs/least-privilege.md says why some name no resource.
  words = { for service in keys(merge(local.named, local.unnamed)) : service => join("", [for word in split("-", service) : title(word)]) }

  # A managed policy takes 6,144 characters, so each role has several.
  named_parts   = { for number, services in chunklist(keys(local.named), 4) : "named-${number}" => services }
  unnamed_parts = { for number, services in chunklist(keys(local.unnamed), 6) : "unnamed-${number}" => services }

  reading = { for pair in setproduct(keys(var.environments), keys(merge(local.named_parts, local.unnamed_parts))) : "${pair[0]} ${pair[1]}" => {
    role = "plan-${pair[0]}"
    part = pair[1]
    statements = [for service in merge(local.named_parts, local.unnamed_parts)[pair[1]] : {
      Sid      = "${title(split("-", pair[1])[0])}${local.words[service]}"
      Effect   = "Allow"
      Action   = [for call in(startswith(pair[1], "named") ? local.named : local.unnamed)[service].read : "${service}:${call}"]
      Resource = startswith(pair[1], "named") ? local.resources[pair[0]][service] : ["*"]
    } if length((startswith(pair[1], "named") ? local.named : local.unnamed)[service].read) > 0]
  } }

  writing = { for pair in setproduct(keys(var.environments), keys(merge(local.named_parts, local.unnamed_parts))) : "${pair[0]} ${pair[1]}" => {
    role = "apply-${pair[0]}"
    part = pair[1]
    statements = [for service in merge(local.named_parts, local.unnamed_parts)[pair[1]] : {
      Sid      = "${title(split("-", pair[1])[0])}${local.words[service]}"
      Effect   = "Allow"
      Action   = [for call in distinct(concat((startswith(pair[1], "named") ? local.named : local.unnamed)[service].read, (startswith(pair[1], "named") ? local.named : local.unnamed)[service].write)) : "${service}:${call}"]
      Resource = startswith(pair[1], "named") ? local.resources[pair[0]][service] : ["*"]
    }]
  } }

  roles = { for env, its in var.environments : "apply-${env}" => {
    role = "apply-${env}"
    part = "roles"
    statements = concat([
      {
        Sid      = "RolesOfThisEnvironment"
        Effect   = "Allow"
        Action   = [for call in concat(local.roles_read, local.roles_write) : "iam:${call}"]
        Resource = ["arn:aws:iam::${local.account_id}:role/${its.prefix}luca-*"]
      },
      {
        Sid       = "RightsBelowTheCeilingOnly"
        Effect    = "Allow"
        Action    = [for call in local.roles_bounded : "iam:${call}"]
        Resource  = ["arn:aws:iam::${local.account_id}:role/${its.prefix}luca-*"]
        Condition = { StringEquals = { "iam:PermissionsBoundary" = aws_iam_policy.boundary.arn } }
      },
      {
        Sid       = "HandThemToServicesOnly"
        Effect    = "Allow"
        Action    = ["iam:PassRole"]
        Resource  = ["arn:aws:iam::${local.account_id}:role/${its.prefix}luca-*"]
        Condition = { StringEquals = { "iam:PassedToService" = local.run_roles } }
      },
      {
        Sid       = "RolesThatServicesOwn"
        Effect    = "Allow"
        Action    = ["iam:CreateServiceLinkedRole"]
        Resource  = ["arn:aws:iam::${local.account_id}:role/aws-service-role/*"]
        Condition = { StringEquals = { "iam:AWSServiceName" = local.own_roles } }
      },
      {
        Sid      = "ItsOwnState"
        Effect   = "Allow"
        Action   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
        Resource = ["${aws_s3_bucket.state.arn}/luca/${env}.tfstate", "${aws_s3_bucket.state.arn}/luca/${env}.tfstate.tflock"]
      },
      local.find_state,
      ], its.disposable ? [{
        Sid      = "EmptyBucketsThatGoAway"
        Effect   = "Allow"
        Action   = ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:ListBucketVersions"]
        Resource = ["arn:aws:s3:::${its.bucket_prefix}luca-*"]
    }] : [])
  } }

  find_state = {
    Sid      = "FindTheState"
    Effect   = "Allow"
    Action   = ["s3:ListBucket"]
    Resource = [aws_s3_bucket.state.arn]
  }

  run_roles = [for name in ["apigateway", "chatbot", "ecs-tasks", "firehose", "lambda", "pipes", "s3", "scheduler", "states", "build.apprunner", "tasks.apprunner", "vpc-flow-logs", "dax"] : "${name}.amazonaws.com"]
  own_roles = [for name in ["apprunner", "ecs", "ecs.application-autoscaling", "elasticache", "elasticloadbalancing", "management.chatbot", "networking.apprunner", "ops.apigateway", "dax", "email.cognito-idp", "wafv2"] : "${name}.amazonaws.com"]

  # A plan: how things are set up, and the state of its environment. No secret's value: so it runs
  # with -refresh=false, which asks for none.
  state = { for env, its in var.environments : env => {
    role = "plan-${env}"
    part = "state"
    statements = [
      {
        Sid      = "ReadTheState"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = ["${aws_s3_bucket.state.arn}/luca/${env}.tfstate"]
      },
      local.find_state,
      {
        Sid       = "DecryptTheState"
        Effect    = "Allow"
        Action    = ["kms:Decrypt"]
        Resource  = [aws_kms_key.state.arn]
        Condition = { StringEquals = { "kms:ViaService" = "s3.${var.region}.amazonaws.com" } }
      },
      {
        Sid      = "SeeRoles"
        Effect   = "Allow"
        Action   = [for call in local.roles_read : "iam:${call}"]
        Resource = ["arn:aws:iam::${local.account_id}:role/${its.prefix}luca-*"]
      },
    ]
  } }

  # Images are pushed once and promoted: to every environment's repository.
  build = { push = { role = "build", part = "push", statements = [
    {
      Sid      = "ImagesOfEveryEnvironment"
      Effect   = "Allow"
      Action   = [for call in concat(local.named.ecr.read, ["BatchCheckLayerAvailability", "BatchGetImage", "CompleteLayerUpload", "GetDownloadUrlForLayer", "InitiateLayerUpload", "PutImage", "UploadLayerPart"]) : "ecr:${call}"]
      Resource = flatten([for env in keys(var.environments) : local.resources[env].ecr])
    },
    {
      Sid      = "SignInToTheRegistry"
      Effect   = "Allow"
      Action   = ["ecr:GetAuthorizationToken"]
      Resource = ["*"] # takes no resource
    },
  ] } }

  policies = { for name, policy in merge(
    { for name, policy in local.reading : "plan-${name}" => policy },
    { for name, policy in local.state : "plan-${name} state" => policy },
    { for name, policy in local.build : "build ${name}" => policy },
    { for name, policy in local.roles : "${name} roles" => policy },
    { for name, policy in local.writing : "apply-${name}" => policy },
  ) : name => policy if local.ci }
}

resource "aws_iam_policy" "ci" {
  for_each    = local.policies
  name        = "terraform-luca-${each.value.role}-${each.value.part}"
  description = "Luca: CI, ${each.key}"
  policy      = jsonencode({ Version = "2012-10-17", Statement = each.value.statements })
}

resource "aws_iam_role_policy_attachment" "ci" {
  for_each   = local.policies
  role       = aws_iam_role.ci[each.value.role].name
  policy_arn = aws_iam_policy.ci[each.key].arn
}
