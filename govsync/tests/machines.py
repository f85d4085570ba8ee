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


def mapping(states: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """A Map over one task, or over the states that are given; the first of them begins."""
    inside = states or {"Ask": task()}
    ending = {} if "Next" in more else {"End": True}
    processor = {
        "ProcessorConfig": {"Mode": "INLINE"},
        "StartAt": next(iter(inside)),
        "States": inside,
    }
    return {"Type": "Map", "ItemProcessor": processor, **ending, **more}
