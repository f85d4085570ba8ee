"""The snapshot: a period's pending grades, frozen into batches that never change.

It works a part at a time and may be cut off anywhere. What is done is what the
grades themselves say: one that a batch has claimed is no candidate any more.
A batch that was cut off as a draft is finished before another is begun.
"""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from govsync import rules
from govsync.domain import Batch, Record, Run, State
from govsync.repository import batches, runs
from govsync.services import overtaking, withdrawing
from govsync.services.candidates import identities, records
from govsync.services.numbers import Numbers
from grades import services as grades
from luca.kernel import clock
from luca.kernel.ids import RunId
from luca.kernel.iterate import chunks
from luca.telemetry import log, metric
from tenants.domain import Course

PART = 30.0  # seconds of one step of the machine
CHANGED = "changed_or_claimed_elsewhere"
logger = log(__name__)


def snapshot(run: Run) -> dict[str, Any]:
    """Freeze a part of the period; `more` says whether another part is left."""
    known = runs.snapshot(run.id)
    if known is not None:
        return {"more": overtaking.set_aside(run), "records": known}
    until = time.monotonic() + PART
    book = batches.book(run.id)
    numbers = Numbers(line.number for line in book)
    _finish_drafts(run, numbers)
    if overtaking.is_overtaken(run):
        # What it has not frozen yet is a later run's to take: the newer word stays the later run's.
        runs.complete_snapshot(run.id, _size(run.id))
        return {"more": True, "records": _size(run.id)}
    blocked = _blocked(run, numbers)
    refused: list[Record] = []
    for some in rules.cut(_fresh(run, blocked, refused)):
        _freeze(run, numbers.sent(), some)
        if time.monotonic() > until:
            return {"more": True, "records": _size(run.id)}
    for some in chunks(withdrawing.voided(run, refused), rules.MOST_RECORDS):
        _freeze(run, numbers.blocked(), some)
    records = _size(run.id)
    runs.complete_snapshot(run.id, records)
    logger.info("snapshot_complete", run=run.id, records=records, blocked=len(refused))
    metric("SyncRecordsFrozen", records)
    return {"more": False, "records": records}


def _finish_drafts(run: Run, numbers: Numbers) -> None:
    for upcoming, take in zip(numbers.upcoming(), (numbers.sent, numbers.blocked), strict=True):
        found = batches.get(run.id, upcoming)
        if found is not None:
            # Whoever began it may only be slow: from this version on nothing is added any more.
            mine = batches.save(found)
            _claim_and_freeze(mine, batches.records(run.id, take()), run)


def _blocked(run: Run, numbers: Numbers) -> set[str]:
    """Records of this run that are blocked already: their grades are candidates still."""
    return {
        record.id for number in numbers.all_blocked() for record in batches.records(run.id, number)
    }


def _fresh(run: Run, blocked: set[str], refused: list[Record]) -> Iterator[Record]:
    """Yield what is to be sent; what our own checks refuse is put aside."""
    for record in records(run.period, identities(run)):
        if record.state is not State.BLOCKED_LOCAL:
            yield record
        elif record.id not in blocked:
            refused.append(record)


def _freeze(run: Run, number: str, records: list[Record]) -> None:
    batch = Batch(run=RunId(run.id), number=number, state=State.DRAFT, count=len(records))
    placed = [replace(record, position=n) for n, record in enumerate(records)]
    _claim_and_freeze(batches.draft(batch, placed), placed, run)


def _claim_and_freeze(draft: Batch, records: list[Record], run: Run) -> None:
    """Claim each grade for the batch, drop those that changed, and give it its key."""
    at = clock.now()
    wanted = [record for record in records if record.state is State.PENDING]
    places = [
        (record.student, Course(record.subject, run.period), record.grade_version)
        for record in wanted
    ]
    answers = grades.claim_all(places, draft.claim)
    lost = {one.id for one, mine in zip(wanted, answers, strict=True) if not mine}
    settled = [
        record.become(State.SUPERSEDED, at, 0, CHANGED) if record.id in lost else record
        for record in records
    ]
    live = [record for record in settled if record.state is State.PENDING]
    if live:
        frozen = draft.become(
            State.PENDING, at, count=len(live), key=rules.batch_key(live), applied=False
        )
    else:
        state = settled[0].state if settled else State.SUPERSEDED
        frozen = draft.become(state, at, "nothing_to_send", count=0, applied=True)
    changed = [after for before, after in zip(records, settled, strict=True) if after != before]
    batches.freeze(frozen, settled, changed)


def _size(run: str) -> int:
    return sum(line.size for line in batches.book(run))
