"""Small machines for tests of the interpreter."""

import json
from typing import Any

from govsync import engine

RESOURCE = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"


def machine(start: str = "First", **states: dict[str, Any]) -> engine.Machine:
    return engine.load(json.dumps({"StartAt": start, "States": states}))


def task(**more: Any) -> dict[str, Any]:
    ending = {} if "Next" in more else {"End": True}
    return {"Type": "Task", "Resource": RESOURCE, **ending, **more}
