"""The same message on a stock Celery worker, one at a time."""

from __future__ import annotations

from typing import Any

from celery.exceptions import Reject

from behavior import services
from behavior.domain import TASK
from luca.aws import jobs
from luca.aws.tasks import kept_hidden, school_task


@school_task(name=TASK)
def ingest(
    *,
    events: Any,
    received_at: int,
    request_id: str,
    backfill: bool = False,
    statements: bool = False,
) -> None:
    """Store one message's events; what is refused stays on the queue for its redrive policy."""
    reason = services.ingest_call(
        events,
        received_at=received_at,
        request_id=request_id,
        backfill=backfill,
        statements=statements,
    )
    if reason:
        raise Reject(reason, requeue=False)


@school_task(name="behavior.redrive_refused", bind=True)
def redrive_refused(self: Any, *, job: str) -> None:
    """Try a school's refused events again, as somebody asked; they are stored once."""
    jobs.run(job, services.redrive_as_asked, kept_hidden(self))
