"""Name what a plan deletes or replaces of all that holds data: a plan as JSON in, a line out."""

import json
import sys

HOLDERS = {
    "aws_cloudwatch_log_group",
    "aws_cognito_user_pool",
    "aws_dynamodb_table",
    "aws_ecr_repository",
    "aws_kms_key",
    "aws_s3_bucket",
    "aws_secretsmanager_secret",
    "aws_sqs_queue",
}


def losses(plan: dict[str, list[dict[str, object]]]) -> list[str]:
    """Addresses, in the plan's order."""
    found = []
    for one in plan.get("resource_changes", []):
        change = one["change"]
        if one["type"] in HOLDERS and isinstance(change, dict) and "delete" in change["actions"]:
            found.append(str(one["address"]))
    return found


if __name__ == "__main__":
    sys.stdout.write(", ".join(losses(json.load(sys.stdin))))
