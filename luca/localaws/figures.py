"""What AWS's services report of themselves to CloudWatch: queues and state machines.

Of queues age and depth, of machines how many executions ended in which way.

The emulator has no such reports. AWS makes one a minute; here they are made when somebody asks, so
those of queues are of that moment and the only ones there are.
"""

from __future__ import annotations

import time
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

SQS, STATES = "AWS/SQS", "AWS/States"
ANSWER = "_get_metric_statistics"
ENDS = {
    "SUCCEEDED": "ExecutionsSucceeded",
    "FAILED": "ExecutionsFailed",
    "TIMED_OUT": "ExecutionsTimedOut",
    "ABORTED": "ExecutionsAborted",
}

Figure = tuple[str, str, dict[str, str], float, str, float]  # where, what, of which, when, unit


def install() -> None:
    """Report before the emulator answers; a name it no longer has stops the start."""
    # Late, because the emulator reads its settings while it is imported.
    cloudwatch = import_module("ministack.services.cloudwatch")
    queues = import_module("ministack.services.sqs")._queues  # noqa: SLF001 -- the emulator has no other door
    executions = import_module("ministack.services.stepfunctions")._executions  # noqa: SLF001 -- as above
    answer = getattr(cloudwatch, ANSWER)

    def report(*call: Any, **more: Any) -> Any:
        told = [*_of_queues(queues), *_of_machines(executions)]
        for space, name, named, *_ in told:
            key = (space, name, cloudwatch._dims_key(named))  # noqa: SLF001 -- as above
            cloudwatch._metrics.pop(key, None)  # noqa: SLF001 -- as above
        for space, name, named, at, unit, value in told:
            cloudwatch._store_datum(space, name, named, at, unit, value, None, None, None)  # noqa: SLF001 -- as above
        return answer(*call, **more)

    setattr(cloudwatch, ANSWER, report)


def _of_queues(queues: Any) -> Iterator[Figure]:
    now = time.time()
    for url, queue in queues.items():
        named = {"QueueName": url.rpartition("/")[2]}
        messages = queue["messages"]
        age = max((now - one["sent_at"] for one in messages), default=0)
        visible = sum(one.get("visible_at", 0) <= now for one in messages)
        yield SQS, "ApproximateAgeOfOldestMessage", named, now, "Seconds", max(0.0, age)
        yield SQS, "ApproximateNumberOfMessagesVisible", named, now, "Count", visible


def _of_machines(executions: Any) -> Iterator[Figure]:
    for one in executions.values():
        metric = ENDS.get(one["status"])
        if metric and one["stopDate"]:
            named = {"StateMachineArn": one["stateMachineArn"]}
            yield STATES, metric, named, _seconds(one["stopDate"]), "Count", 1


def _seconds(at: Any) -> float:
    return datetime.fromisoformat(at).timestamp() if isinstance(at, str) else float(at)
