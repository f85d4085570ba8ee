"""The task that a worker adds for these tests: imported by it alone (`celery worker -I`)."""

import json
import os
from pathlib import Path
from typing import Any

import boto3
from celery import current_task

from govsync.engine import TaskDone
from govsync.tests.conformance.answering import ENDPOINT, JOURNAL, KEY, PLAYS, SECRET, Answering
from govsync.tests.conformance.blocks import TASK
from luca.aws.tasks import school_task
from luca.localaws.deployment import REGION

_answering = Answering(json.loads(Path(os.environ[PLAYS]).read_text()), Path(os.environ[JOURNAL]))

# The operator answers: a worker's own role may answer the deployed machine and no other.
_client = boto3.client(
    "stepfunctions",
    endpoint_url=os.environ[ENDPOINT],
    region_name=REGION,
    aws_access_key_id=os.environ[KEY],
    aws_secret_access_key=os.environ[SECRET],
)


@school_task(name=TASK)
def answer(**_: Any) -> None:
    header = current_task.request.get
    token = str(header("luca_task_token"))
    play, key, data = (str(header(name)) for name in ("root_id", "luca_key", "luca_data"))
    said = _answering(play, key, data)
    if isinstance(said, TaskDone):
        _client.send_task_success(taskToken=token, output=json.dumps(said.output))
    else:
        _client.send_task_failure(taskToken=token, error=said.error, cause=said.cause)
