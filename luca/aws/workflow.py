"""The door to Step Functions: how a worker answers a state that waits for it."""

from __future__ import annotations

import json
from typing import Any

from luca.aws import clients

LONGEST_CAUSE = 1000


def succeed(token: str, output: Any) -> None:
    clients.step_functions().send_task_success(taskToken=token, output=json.dumps(output))


def fail(token: str, error: str, cause: str) -> None:
    clients.step_functions().send_task_failure(
        taskToken=token, error=error, cause=cause[:LONGEST_CAUSE]
    )
