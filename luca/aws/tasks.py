"""Celery tasks that know their school.

A task is a door: it takes strings, calls one service and is safe to run twice.
Its school comes from the message's headers; it is entered before the body and
left after it, whatever happens, so a thread never inherits another's school.

A tick of EventBridge Scheduler says when it was due and how long it is worth something. One
that is too old is dropped: the next one does the same work (deploy/schedules.json).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from celery import Task, shared_task

from luca.aws import queue
from luca.kernel import clock, context
from luca.kernel.errors import NoSchool
from luca.telemetry import bound, log, metric, origins, spans

if TYPE_CHECKING:
    from luca.telemetry.origins import Origin

F = TypeVar("F", bound=Callable[..., Any])
logger = log(__name__)
HIDDEN = 120  # seconds that a message stays hidden once more
RENEW = 30.0  # seconds between two renewals


class _Entered(Task):  # type: ignore[type-arg]  # celery-types' Task takes arguments that the class at run time does not
    abstract = True
    school_needed = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        header = self.request.get
        school = header("school_id") or None
        if self.school_needed and school is None:
            raise NoSchool(f"The message for {self.name} names no school.")
        groups = frozenset(filter(None, (header("actor_groups") or "").split(",")))
        before = _origin(self.request)
        origin = _going_on(before)
        with (
            context.entered(
                school=school,
                actor=header("actor_id") or None,
                groups=groups,
                correlation_id=header("luca_correlation_id") or str(self.request.id),
                trace_id=origin.trace or header("luca_trace_id") or "",
            ),
            bound(task=self.name, task_id=self.request.id),
            spans.arriving(self.name, spans.CONSUMER, origin) as span,
        ):
            if origin is not before:
                span.follows(before)
            if _is_stale(header("luca_due"), header("luca_expires_after")):
                logger.info("tick_dropped")
                return None
            return self._timed(args, kwargs)

    def _timed(self, args: Any, kwargs: Any) -> Any:
        began = time.monotonic()
        outcome = "task_failed"
        try:
            answer = self.run(*args, **kwargs)
            outcome = "task_done"
            return answer
        finally:
            spent = round((time.monotonic() - began) * 1000, 1)
            logger.info(outcome, duration_ms=spent)
            metric("TaskDuration", spent, "Milliseconds", operation=self.name)


def _is_stale(due: str | None, seconds: str | None) -> bool:
    """Whether a tick has waited too long; what is no time counts as none, and is worked."""
    try:
        until = datetime.fromisoformat(due or "") + timedelta(seconds=int(seconds or ""))
        return until < clock.now()
    except (OverflowError, TypeError, ValueError):
        return False


def _origin(request: Any) -> Origin:
    """What AWS itself says of the trace, or else what the sender of ours did."""
    properties = request.properties or {}
    attributes = properties.get("delivery_info", {}).get("sqs_message", {}).get("Attributes", {})
    told = attributes.get(queue.TRACE) or request.get("luca_trace") or ""
    return origins.of_xray(str(told))


def _going_on(before: Origin) -> Origin:
    """The same trace, but for one that has gone on for long; what has none begins one."""
    if not spans.on() or (before.trace and not origins.outlived(before)):
        return before
    return replace(origins.begun(), sampled=before.sampled)


class _Platform(_Entered):
    abstract = True
    school_needed = False


def school_task(*, name: str, **options: Any) -> Callable[[F], Any]:
    """Declare a task that works inside the school its message names."""
    return shared_task(name=name, base=_Entered, **options)


def platform_task(*, name: str, **options: Any) -> Callable[[F], Any]:
    """Declare a task that belongs to no school: it lists schools and enters them."""
    return shared_task(name=name, base=_Platform, **options)


def kept_hidden(task: Any, name: str = "tasks") -> Callable[[], None]:
    """Return what to call now and then, so that a message is not delivered again meanwhile.

    Killed, the worker stops calling it, and two minutes later another one begins.
    """
    properties = task.request.properties or {}
    message = properties.get("delivery_info", {}).get("sqs_message", {})
    receipt = str(message.get("ReceiptHandle", ""))
    renewed = time.monotonic()

    def alive() -> None:
        nonlocal renewed
        if receipt and time.monotonic() - renewed >= RENEW:
            renewed = time.monotonic()
            try:
                queue.extend(name, [receipt], HIDDEN)
            except Exception as error:  # noqa: BLE001 -- at worst it is done twice, which is safe
                logger.warning("message_not_extended", error=type(error).__name__)

    return alive
