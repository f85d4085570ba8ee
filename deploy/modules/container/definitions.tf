# The containers of ECS, one for each entry point of the image. App Runner knows no such thing and
# takes `settings` and `secrets` alone.

locals {
  # Seconds from SIGTERM to SIGKILL: longer than the program takes to put its work down.
  # gunicorn gives requests 25, the behaviour consumer 25, the lake's writer 60. The worker waits for
  # its tasks, as long as Fargate lets it (120); what is cut off comes back, for tasks are acknowledged late.
  stop_timeouts = { api = 40, worker = 120, consumer = 40, lake = 90, manage = 120 }

  definitions = { for service, own in local.secrets_of : service => {
    name      = service
    image     = var.image
    essential = true
    command   = service == "manage" ? ["manage", "help"] : [service]

    user                   = "10001"
    readonlyRootFilesystem = true
    privileged             = false
    linuxParameters = {
      capabilities       = { add = [], drop = ["ALL"] }
      initProcessEnabled = true # the first process of a container has to reap others' children
    }

    environment = [for name in sort(keys(local.settings_of[service])) : { name = name, value = local.settings_of[service][name] }]
    secrets     = [for secret in sort(own) : { name = local.secret_settings[secret], valueFrom = var.secret_arns[secret] }]

    # The one place to write: Fargate's own disk, empty at each start and gone at the end. The image
    # declares /tmp as a volume, or it would be root's.
    mountPoints  = [{ sourceVolume = "tmp", containerPath = "/tmp", readOnly = false }]
    portMappings = service == "api" ? [{ containerPort = 8000, hostPort = 8000, protocol = "tcp" }] : []
    stopTimeout  = local.stop_timeouts[service]

    logConfiguration = {
      logDriver = "awslogs"
      # A log that does not answer must not hold up a teacher; an operator's command waits for it,
      # for what it prints is all that it leaves.
      options = merge({
        awslogs-group         = var.log_groups[service]
        awslogs-region        = var.region
        awslogs-stream-prefix = service
      }, service == "manage" ? { mode = "blocking" } : { mode = "non-blocking", max-buffer-size = "8m" })
    }
  } }
}
