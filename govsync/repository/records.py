"""The records of a batch: by the hundred, and therefore without PynamoDB's objects."""

import json
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from govsync import keys
from govsync.domain import Batch, Record, State, Transition
from govsync.models import RecordItem
from luca.aws import store
from luca.kernel import clock, context
from luca.kernel.ids import StudentId, SubjectId

FRESH = 5.0  # seconds that a batch's records are remembered between its steps


@dataclass
class _Read:
    """What this thread read last."""

    place: tuple[str, ...]  # school, run, batch, version
    records: list[Record]
    until: float


_mine = threading.local()


def read(run: str, number: str) -> list[Record]:
    sk = RecordItem.sk.startswith(keys.records())
    found = store.every_light(RecordItem, keys.batch(run, number), sk)
    return sorted((_record(item) for item in found), key=lambda record: record.position)


def of(batch: Batch) -> list[Record]:
    """Those of a batch that this thread has just read or stored; remembered for a moment.

    Records change under their batch's version only: what was read at this version, a moment
    ago, is what is there.
    """
    known: _Read | None = getattr(_mine, "last", None)
    if known is not None and known.place == _place(batch) and time.monotonic() < known.until:
        return known.records
    found = read(batch.run, batch.number)
    _mine.last = _Read(_place(batch), found, time.monotonic() + FRESH)
    return found


def still(before: Batch, after: Batch) -> None:
    """Note that a batch went on and its records stayed: its version was this thread's to raise."""
    known: _Read | None = getattr(_mine, "last", None)
    if known is not None and known.place == _place(before):
        known.place = _place(after)


def _place(batch: Batch) -> tuple[str, ...]:
    return context.school(), batch.run, batch.number, str(batch.version)


def record_item(batch: Batch, record: Record) -> dict[str, Any]:
    return store.spelled(
        RecordItem,
        keys.batch(batch.run, batch.number),
        keys.record(record.id),
        record=record.id,
        sent_as=record.sent_as or None,
        student=record.student,
        subject=record.subject,
        grade_version=record.grade_version,
        revision=record.revision or None,
        payload=record.payload or None,
        position=record.position,
        state=record.state.value,
        reason=record.reason or None,
        history=history_text(record.history),
        moved_to=record.moved_to or None,
    )


def _record(item: Any) -> Record:
    return Record(
        id=item.record,
        # Before records had two ids they were sent under the ledger's.
        sent_as=item.sent_as or (item.record if item.revision else ""),
        student=StudentId(item.student),
        subject=SubjectId(item.subject),
        grade_version=int(item.grade_version),
        revision=item.revision or "",
        payload=item.payload or "",
        position=int(item.position),
        state=State(item.state),
        reason=item.reason or "",
        history=history(item.history),
        moved_to=item.moved_to or "",
    )


def history_text(history: Iterable[Transition]) -> str:
    return json.dumps([_entry(one) for one in history], separators=(",", ":"))


def _entry(one: Transition) -> list[Any]:
    return [one.state.value, clock.stamp(one.at), one.attempt, one.reason]


def history(text: str) -> tuple[Transition, ...]:
    return tuple(
        Transition(State(state), clock.parse(at), attempt, reason)
        for state, at, attempt, reason in json.loads(text)
    )
