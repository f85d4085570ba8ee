"""SQS: the calls of boto3 and of Celery's transport. A batch needs its single form's action."""

import re
from collections.abc import Iterator
from typing import Any

from luca.localaws.calls.parts import Check, NotUnderstood
from luca.localaws.deployment import ACCOUNT, REGION

ACTIONS = {
    "SendMessage": "SendMessage",
    "SendMessageBatch": "SendMessage",
    "ReceiveMessage": "ReceiveMessage",
    "DeleteMessage": "DeleteMessage",
    "DeleteMessageBatch": "DeleteMessage",
    "ChangeMessageVisibility": "ChangeMessageVisibility",
    "ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
    "GetQueueAttributes": "GetQueueAttributes",
    "GetQueueUrl": "GetQueueUrl",
}
_NAME = re.compile(r"[A-Za-z0-9_-]{1,80}")
_URL = re.compile(
    rf"https?://(?:127\.0\.0\.1|localhost)(?::\d+)?(/{ACCOUNT}/([A-Za-z0-9_-]{{1,80}}))"
)
_ARN = f"arn:aws:sqs:{REGION}:{ACCOUNT}:"


def checks(operation: str, body: dict[str, Any], path: str) -> Iterator[Check]:
    action = ACTIONS[operation]
    if operation == "GetQueueUrl":
        if path != "/" or "QueueOwnerAWSAccountId" in body:
            raise NotUnderstood("a queue of another account")
        yield Check(f"sqs:{action}", _arn(body["QueueName"]))
    else:
        found = _URL.fullmatch(body["QueueUrl"])
        if found is None or path not in {"/", found[1]}:
            raise NotUnderstood("a queue URL of another place")
        yield Check(f"sqs:{action}", _arn(found[2]))


def _arn(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise NotUnderstood("not a queue's name")
    return _ARN + name
