# API Gateway writes its logs with one role for the whole account and region: no environment may own it.
# The role serves every region; a second one is told of it by second-region/.

resource "aws_iam_role" "gateway_logs" {
  name        = "apigateway-luca-logs" # not luca-…: what CI of an environment may change begins so
  description = "Luca: API Gateway writes logs"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "apigateway.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "gateway_logs" {
  name = "logs"
  role = aws_iam_role.gateway_logs.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "WriteItsOwnGroups"
        Effect   = "Allow"
        Action   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:GetLogEvents", "logs:FilterLogEvents", "logs:PutLogEvents"]
        Resource = "arn:aws:logs:*:${local.account_id}:log-group:*"
      },
      {
        # API Gateway tries this call when the role is set, and it takes no narrower resource.
        Sid      = "FindThem"
        Effect   = "Allow"
        Action   = "logs:DescribeLogGroups"
        Resource = "*"
      },
    ]
  })
}

resource "aws_api_gateway_account" "this" {
  cloudwatch_role_arn = aws_iam_role.gateway_logs.arn

  depends_on = [aws_iam_role_policy.gateway_logs]
}
