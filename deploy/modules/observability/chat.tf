# Alarms in the operators' chat room: off until a room is named. Somebody links the workspace to the
# account once in the console (Amazon Q Developer in chat applications); no API can.

locals {
  # What the room may be shown, whoever asks there. The role has no more; this keeps it so.
  guardrail = "arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess"
}

resource "aws_chatbot_slack_channel_configuration" "this" {
  count                       = var.slack == null ? 0 : 1
  configuration_name          = "${var.prefix}luca-ops-alerts"
  iam_role_arn                = var.chat_role_arn
  slack_team_id               = var.slack.workspace_id
  slack_channel_id            = var.slack.channel_id
  sns_topic_arns              = [var.alerts_topic_arn]
  guardrail_policy_arns       = [local.guardrail]
  logging_level               = "ERROR"
  user_authorization_required = true
}

resource "aws_chatbot_teams_channel_configuration" "this" {
  count                       = var.teams == null ? 0 : 1
  configuration_name          = "${var.prefix}luca-ops-alerts-teams"
  iam_role_arn                = var.chat_role_arn
  tenant_id                   = var.teams.tenant_id
  team_id                     = var.teams.team_id
  channel_id                  = var.teams.channel_id
  sns_topic_arns              = [var.alerts_topic_arn]
  guardrail_policy_arns       = [local.guardrail]
  logging_level               = "ERROR"
  user_authorization_required = true
}
