# One key for what schools wrote: the table, the buckets, the topics, the logs and the secrets.
# Nobody decrypts with it directly: neither a role of ours nor an administrator, only a service on
# behalf of somebody whose own policy allows it (kms:ViaService).

locals {
  account = "arn:aws:iam::${var.account_id}:root"

  services = [for name in ["dynamodb", "s3", "sns", "sqs", "secretsmanager", "firehose", "ecr", "lambda", "pipes", "apprunner", "elasticache"] : "${name}.${var.region}.amazonaws.com"]

  # Services that act for nobody: each only for this account's own resources.
  publishers = ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"]
}

locals {
  administration = [
    "kms:CancelKeyDeletion",
    "kms:CreateAlias",
    "kms:DeleteAlias",
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListAliases",
    "kms:ListGrants",
    "kms:ListKeyPolicies",
    "kms:ListKeyRotations",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:ReplicateKey",
    "kms:RevokeGrant",
    "kms:RotateKeyOnDemand",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
    "kms:UpdatePrimaryRegion",
  ]

  use = [
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
  ]

  # In a key's own policy the resource `*` is the key that carries it.
  policy = {
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "AdministeredByTheAccount"
        Effect    = "Allow"
        Principal = { AWS = local.account }
        Action    = local.administration
        Resource  = "*"
      },
      {
        # The account as principal: the caller's own policy has to allow it as well.
        Sid       = "UsedThroughServicesOnly"
        Effect    = "Allow"
        Principal = { AWS = local.account }
        Action    = local.use
        Resource  = "*"
        Condition = { StringEquals = { "kms:ViaService" = local.services, "kms:CallerAccount" = var.account_id } }
      },
      {
        # DynamoDB and ECR go on working by a grant that whoever creates the table or repository gives them.
        Sid       = "GrantsForServicesOnly"
        Effect    = "Allow"
        Principal = { AWS = local.account }
        Action    = ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"]
        Resource  = "*"
        Condition = { Bool = { "kms:GrantIsForAWSResource" = "true" }, StringEquals = { "kms:ViaService" = local.services } }
      },
      {
        Sid       = "LogGroupsOfThisAccount"
        Effect    = "Allow"
        Principal = { Service = "logs.${var.region}.amazonaws.com" }
        Action    = local.use
        Resource  = "*"
        Condition = { ArnLike = { "kms:EncryptionContext:aws:logs:arn" = "arn:aws:logs:${var.region}:${var.account_id}:log-group:*" } }
      },
      {
        # Decrypt, because the trail's bucket has a bucket key: without it CreateTrail is refused.
        Sid       = "TrailsOfThisAccount"
        Effect    = "Allow"
        Principal = { Service = "cloudtrail.amazonaws.com" }
        Action    = ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"]
        Resource  = "*"
        Condition = { ArnLike = { "aws:SourceArn" = "arn:aws:cloudtrail:${var.region}:${var.account_id}:trail/*" } }
      },
      {
        # An alarm tells an encrypted topic.
        Sid       = "AlarmsOfThisAccount"
        Effect    = "Allow"
        Principal = { Service = local.publishers }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = "*"
        Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
      },
      {
        # So does a rule, but EventBridge names no source on its way to an encrypted topic: with
        # aws:SourceAccount nothing would ever arrive. What it may use the key for is our topics.
        Sid       = "RulesThatTellOurTopics"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = "*"
        Condition = { ArnLike = { "kms:EncryptionContext:aws:sns:topicArn" = "arn:aws:sns:${var.region}:${var.account_id}:*" } }
      },
    ]
  }
}

resource "aws_kms_key" "this" {
  description             = "Luca: what schools wrote (${var.prefix}luca)"
  enable_key_rotation     = true
  rotation_period_in_days = 365
  deletion_window_in_days = var.deletion_window_days
  multi_region            = length(var.replica_regions) > 0
  policy                  = jsonencode(local.policy)
}

resource "aws_kms_alias" "this" {
  name          = "alias/${var.prefix}luca"
  target_key_id = aws_kms_key.this.key_id
}
