# Every alarm of the documents is made, tells the operators' topic, and is judged as it says.

mock_provider "aws" {}

run "documents" {
  command = plan
  module {
    source = "../documents"
  }
  variables {
    prefix        = "dev-"
    bucket_prefix = "colegios-dev-"
    account_id    = "123456789012"
    region        = "us-east-1"
  }
}

run "a_development_environment" {
  command = apply
  variables {
    prefix           = "dev-"
    alarms           = run.documents.alarms
    dashboard        = run.documents.dashboard
    log_queries      = run.documents.log_queries
    log_group_names  = { api = "/dev-luca/api", worker = "/dev-luca/worker", consumer = "/dev-luca/consumer" }
    metric_namespace = "Luca/Platform/dev"
    alerts_topic_arn = "arn:aws:sns:us-east-1:123456789012:dev-luca-ops-alerts"
  }

  assert {
    condition     = length(output.alarm_arns) == length(run.documents.alarms.alarms)
    error_message = "An alarm of alarms.json was not made."
  }
  assert {
    condition     = alltrue([for name in values(output.alarm_names) : startswith(name, "dev-Luca-")])
    error_message = "An alarm would collide with another environment's."
  }
  assert {
    condition = alltrue([
      for alarm in merge(aws_cloudwatch_metric_alarm.plain, aws_cloudwatch_metric_alarm.math) :
      contains(alarm.alarm_actions, "arn:aws:sns:us-east-1:123456789012:dev-luca-ops-alerts") && length(alarm.alarm_description) <= 1024
    ])
    error_message = "An alarm tells nobody, or says more than CloudWatch takes."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.plain["night-failed"].namespace == "Luca/Platform/dev"
    error_message = "Our own metrics are in the environment's namespace."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.plain["events-refused"].namespace == "AWS/SQS" && aws_cloudwatch_metric_alarm.plain["events-refused"].dimensions.QueueName == "dev-behavior-events-queue-dlq"
    error_message = "AWS's metrics stay AWS's, of this environment's queues."
  }
  assert {
    condition     = output.alarm_names["p95-latency"] == "dev-Luca-P95-Latency-Alert" && output.alarm_names["step-function-failure"] == "dev-Luca-StepFunction-Failure-Alert"
    error_message = "Operators know these two by name."
  }
  assert {
    condition     = output.dashboard_name == "dev-Luca-Production-Overview" && !strcontains(aws_cloudwatch_dashboard.this.dashboard_body, "\"Luca/Platform\"") && strcontains(aws_cloudwatch_dashboard.this.dashboard_body, "alarm:dev-Luca-Night-Failed")
    error_message = "The dashboard shows another environment's figures."
  }
  assert {
    condition     = alltrue([for query in aws_cloudwatch_query_definition.this : length(query.log_group_names) > 0])
    error_message = "A saved query reads no log."
  }
  assert {
    condition     = length(aws_chatbot_slack_channel_configuration.this) + length(aws_chatbot_teams_channel_configuration.this) + length(aws_xray_group.slow) + length(aws_cloudwatch_contributor_insight_rule.schools) == 0
    error_message = "What is optional is off."
  }
}

run "production_with_a_room" {
  command = apply
  variables {
    alarms               = run.documents.alarms
    dashboard            = run.documents.dashboard
    log_queries          = run.documents.log_queries
    log_group_names      = { api = "/luca/api", worker = "/luca/worker", consumer = "/luca/consumer", lake = "/luca/lake" }
    alerts_topic_arn     = "arn:aws:sns:us-east-1:123456789012:luca-ops-alerts"
    chat_role_arn        = "arn:aws:iam::123456789012:role/luca-chat"
    slack                = { workspace_id = "T0123ABCD", channel_id = "C0123ABCD" }
    contributor_insights = true
    xray_group           = true
  }

  assert {
    condition     = one(aws_chatbot_slack_channel_configuration.this).iam_role_arn == "arn:aws:iam::123456789012:role/luca-chat" && one(aws_chatbot_slack_channel_configuration.this).guardrail_policy_arns == tolist(["arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess"])
    error_message = "The room sees with the read-only role, inside the guardrail."
  }
  assert {
    condition     = length(aws_xray_group.slow) == 1 && length(aws_cloudwatch_contributor_insight_rule.schools) == 1
    error_message = "What is asked for is made."
  }
}

run "a_room_that_is_none" {
  command = plan
  variables {
    alarms           = run.documents.alarms
    dashboard        = run.documents.dashboard
    log_queries      = run.documents.log_queries
    log_group_names  = { api = "/luca/api" }
    alerts_topic_arn = "arn:aws:sns:us-east-1:123456789012:luca-ops-alerts"
    slack            = { workspace_id = "luca", channel_id = "#ops" }
  }
  expect_failures = [var.slack]
}
