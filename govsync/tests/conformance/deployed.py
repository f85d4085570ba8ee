"""The deployed machine itself, with its messages addressed to the script."""

import json
from pathlib import Path
from typing import Any

from govsync import definition
from govsync.engine import TaskDone, TaskFailed
from govsync.tests.conformance.blocks import QUEUE, TASK
from govsync.tests.conformance.scripts import Answers

BUSY = TaskFailed("Gov.StoreBusy", "busy")


def readdressed() -> dict[str, Any]:
    """`deploy/asl/govsync.asl.json`, every task known to the script by its own name."""
    raw: dict[str, Any] = json.loads(Path(definition.FILE).read_text(encoding="utf-8"))
    for state in raw["States"].values():
        if state["Type"] == "Task":
            headers = state["Parameters"]["MessageBody"]["headers"]
            headers["luca_key"] = headers["task"].removeprefix("govsync.")
            headers["luca_data.$"] = "States.JsonToString($)"
            headers["task"] = TASK
            state["Parameters"]["QueueUrl"] = QUEUE
    return raw


def sent(outcome: str, seconds: int = 0) -> TaskDone:
    return TaskDone({"outcome": outcome, "seconds": seconds, "reason": "", "slot": ""})


def batches(*remaining: int) -> list[TaskDone | TaskFailed]:
    return [TaskDone({"remaining": one, "batch": f"0000{one}"}) for one in remaining]


GOOD: Answers = {
    "snapshot": [TaskDone({"more": True}), TaskDone({"more": False})],
    "query_pending": batches(2, 1, 0),
    "send_batch": [sent("ANSWERED")],
    "mark_synced": [TaskDone({})],
    "bury": [TaskDone({})],
    "bury_run": [TaskDone({})],
    "read_back": [
        TaskDone({"more": True, "seconds": 1, "call": {"run": "r", "cursor": "c", "page": "1"}}),
        TaskDone({"more": False, "seconds": 0, "pages": 2}),
    ],
    "reconcile": [TaskDone({"more": False, "balanced": True})],
}
BROKEN = TaskFailed("Gov.Broken", "lost")
DYING: list[TaskDone | TaskFailed] = [*[sent("RETRY")] * 4, sent("ANSWERED")]
WAYS: dict[str, Answers] = {
    "all is well": GOOD,
    "the store is busy twice, and then the authority": {
        **GOOD,
        "snapshot": [BUSY, BUSY, TaskDone({"more": False})],
        "send_batch": [sent("PACE", 2), sent("RETRY"), sent("RETRY", 30), sent("ANSWERED", 1)],
    },
    "a batch dies": {**GOOD, "send_batch": DYING},
    "a batch is broken": {**GOOD, "send_batch": [BROKEN, sent("ANSWERED")]},
    "the school is held": {**GOOD, "send_batch": [sent("STOP")]},
    "the books do not balance": {
        **GOOD,
        "reconcile": [TaskDone({"more": False, "balanced": False})],
    },
    "the run itself fails": {**GOOD, "query_pending": [BROKEN]},
}
DEPLOYED = {f"deployed: {name}": (readdressed(), answers) for name, answers in WAYS.items()}
