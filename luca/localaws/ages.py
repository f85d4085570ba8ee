"""How long the oldest message of each queue has waited: SQS reports it to CloudWatch.

The emulator has no such report. AWS makes one a minute; here it is made when somebody asks, so
it is of that moment and the only one there is.
"""

from __future__ import annotations

import time
from importlib import import_module
from typing import Any

NAMESPACE, METRIC, DIMENSION = "AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName"
ANSWER = "_get_metric_statistics"


def install() -> None:
    """Report before the emulator answers; a name it no longer has stops the start."""
    # Late, because the emulator reads its settings while it is imported.
    cloudwatch = import_module("ministack.services.cloudwatch")
    queues = import_module("ministack.services.sqs")._queues  # noqa: SLF001 -- the emulator has no other door
    answer = getattr(cloudwatch, ANSWER)

    def report(*call: Any, **more: Any) -> Any:
        now = time.time()
        for url, queue in queues.items():
            age = max((now - one["sent_at"] for one in queue["messages"]), default=0)
            _note(cloudwatch, url.rpartition("/")[2], age, now)
        return answer(*call, **more)

    setattr(cloudwatch, ANSWER, report)


def _note(cloudwatch: Any, name: str, age: float, now: float) -> None:
    named = {DIMENSION: name}
    key = (NAMESPACE, METRIC, cloudwatch._dims_key(named))  # noqa: SLF001 -- as above
    cloudwatch._metrics.pop(key, None)  # noqa: SLF001 -- as above
    cloudwatch._store_datum(  # noqa: SLF001 -- as above
        NAMESPACE, METRIC, named, now, "Seconds", max(0.0, age), None, None, None
    )
