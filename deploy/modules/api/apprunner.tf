# The same image on App Runner, for accounts that use it already. It knows no schedule, no read-only
# root, no time to drain that one could set; docs/compute.md says what that means.

resource "aws_apprunner_vpc_connector" "api" {
  count              = local.apprunner
  vpc_connector_name = var.name
  subnets            = var.private_subnet_ids
  security_groups    = [var.task_security_group_id]
}

resource "aws_apprunner_auto_scaling_configuration_version" "api" {
  count                           = local.apprunner
  auto_scaling_configuration_name = local.short
  # One instance at least is always provisioned; while it idles, its memory is paid and its CPU is
  # not. Changing this by the clock would be a deployment each morning, so it stays.
  min_size        = max(var.scaling.warm, 1)
  max_size        = var.scaling.most
  max_concurrency = 40 # two and a half times gunicorn's threads: a short queue, then another instance
}

resource "aws_apprunner_observability_configuration" "api" {
  count                            = local.apprunner
  observability_configuration_name = local.short

  trace_configuration {
    vendor = "AWSXRAY"
  }
}

# On ECS the role `execution` hands secrets over; App Runner reads them in the service's own name.
data "aws_iam_policy_document" "secrets" {
  count = local.apprunner

  statement {
    sid       = "ReadOwnSecrets"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = values(var.secrets)
  }

  statement {
    sid       = "TheirKeyThroughSecretsManager"
    actions   = ["kms:Decrypt"]
    resources = [var.kms_key_arn]
    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["secretsmanager.${var.region}.amazonaws.com"]
    }
  }
}

resource "aws_iam_role_policy" "secrets" {
  count  = local.apprunner
  name   = "secrets"
  role   = element(split("/", var.task_role_arn), -1)
  policy = data.aws_iam_policy_document.secrets[0].json
}

resource "aws_apprunner_service" "api" {
  count                          = local.apprunner
  service_name                   = var.name
  auto_scaling_configuration_arn = aws_apprunner_auto_scaling_configuration_version.api[0].arn

  source_configuration {
    auto_deployments_enabled = false # the pipeline deploys, after tests and with somebody's approval

    authentication_configuration {
      access_role_arn = var.puller_role_arn
    }

    image_repository {
      image_identifier      = var.container.image
      image_repository_type = "ECR"

      image_configuration {
        port                          = "8000"
        runtime_environment_variables = { for entry in var.container.environment : entry.name => entry.value }
        runtime_environment_secrets   = var.secrets
      }
    }
  }

  instance_configuration {
    cpu               = tostring(var.cpu)
    memory            = tostring(var.memory)
    instance_role_arn = var.task_role_arn
  }

  health_check_configuration {
    protocol            = "HTTP"
    path                = "/healthz"
    interval            = 10
    timeout             = 5
    healthy_threshold   = 1
    unhealthy_threshold = 3
  }

  network_configuration {
    egress_configuration {
      egress_type       = "VPC"
      vpc_connector_arn = aws_apprunner_vpc_connector.api[0].arn
    }
    ingress_configuration {
      is_publicly_accessible = true # behind a VPC endpoint no REST API would reach it
    }
  }

  encryption_configuration {
    kms_key = var.kms_key_arn
  }

  observability_configuration {
    observability_enabled           = true
    observability_configuration_arn = aws_apprunner_observability_configuration.api[0].arn
  }

  depends_on = [aws_iam_role_policy.secrets]
}
