"""The end of a run: read back what the authority holds, and account for every record."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from govsync import pace, rules
from govsync.domain import ACCEPTED, Balance, Batch, Line, Record, Run, State
from govsync.repository import batches, runs
from govsync.rules import Later
from govsync.services import differing, history, reading, watching, withdrawing
from govsync.services.applying import mark_grades
from grades import services as grades
from luca.aws.store import ConditionFailed
from luca.kernel import clock
from luca.telemetry import log, metric

PART = 30.0  # seconds of one step of the machine
Others = Mapping[str, Sequence[Later]]
logger = log(__name__)


def read_back(run: Run, cursor: str, page: str, slot: str = "") -> dict[str, Any]:
    """Fetch one page of what the authority holds and keep it with the run."""
    found = reading.page(run.period, cursor, slot, int(page))
    if isinstance(found, pace.Later):
        return _more(run, cursor, page, found.seconds, found.slot)
    reading.keep(_folder(run), int(page), found.held)
    following = str(int(page) + 1)
    if found.cursor:
        return _more(run, found.cursor, following, pace.rest())
    return {"more": False, "pages": int(following)}


def reconcile(run: Run, pages: int) -> dict[str, Any]:
    """Compare a part of the run's batches with what was read back; at the end, the balance."""
    held, others = _held(run, pages), history.later(run)
    until = time.monotonic() + PART
    for line in batches.book(run.id):
        if line.checked == run.executions:
            continue
        _check_once(run, line, held, others)
        if time.monotonic() > until:
            return {"more": True, "balanced": False, "pages": pages}
    found = _balance(run, held)
    logger.info("reconciled", run=run.id, balanced=found.balanced, differences=found.differences)
    metric("SyncBalanced", int(found.balanced))
    return {"more": False, "balanced": found.balanced, "pages": pages}


def _balance(run: Run, held: Mapping[str, str]) -> Balance:
    """Add up where every record ended, and list what does not agree with the authority."""
    counts = rules.totals(batches.book(run.id))
    # Verified records are all held: if they are as many, nothing else is.
    foreign = [] if len(held) == counts[State.VERIFIED] else history.foreign(run, held)
    found = rules.balance(runs.snapshot(run.id) or 0, counts, foreign=len(foreign))
    wrong = differing.find(run, foreign)
    if counts[State.VOID]:
        wrong += withdrawing.held_still(run, held)
    differing.keep(run, wrong)
    runs.save_balance(run.id, found)
    differing.tell(run, found, wrong)
    watching.begin(run)
    return found


def _check_once(run: Run, line: Line, held: Mapping[str, str], others: Others) -> None:
    """Check a line; pass over one that another worker has checked meanwhile."""
    try:
        _check(run, line, held, others)
    except ConditionFailed:
        now = batches.line(run.id, line.number)
        if now is None or now.checked != run.executions:
            raise


def _check(run: Run, line: Line, held: Mapping[str, str], others: Others) -> None:
    batch = batches.get(run.id, line.number)
    if batch is None:
        return
    before = batches.records(run.id, line.number)
    at = clock.now()
    after = [
        rules.compared(one, held.get(one.sent_as), others.get(one.id, ()), at) for one in before
    ]
    found = [new for old, new in zip(before, after, strict=True) if new.state is not old.state]
    # What was given up and arrived all the same was never marked on the grade.
    late = [record for record in found if record.state is State.VERIFIED]
    mark_grades(run, batch, [one for one in late if one.history[-2].state not in ACCEPTED])
    _release(run, batch, after)
    checked = _as_a_whole(batch, after)
    listed = batches.line_of(checked, after, size=line.size, checked=run.executions)
    batches.settle(checked, found, listed, was_open=line.open)


def _release(run: Run, batch: Batch, records: list[Record]) -> None:
    """Make candidates again of the grades that the authority refused: the next run takes them.

    A correction of the student's CURP, or of the subject's code, changes no grade.
    """
    for one in records:
        if one.state is State.REJECTED_DATA and not one.moved_to:
            grades.release(one.student, one.subject, run.period, one.grade_version, batch.claim)


def _as_a_whole(batch: Batch, records: list[Record]) -> Batch:
    counted = {record.state for record in records if not record.moved_to}
    if counted == {State.VERIFIED} and batch.state is not State.VERIFIED:
        return batch.become(State.VERIFIED, clock.now(), "read_back")
    return batch


def _held(run: Run, pages: int) -> dict[str, str]:
    return reading.kept(_folder(run), pages)


def _folder(run: Run) -> str:
    return f"govsync/{run.id}/read-back/{run.executions}-"


def _more(run: Run, cursor: str, page: str, seconds: int, slot: str = "") -> dict[str, Any]:
    call = {"run": run.id, "cursor": cursor, "page": page, "slot": slot}
    return {"more": True, "seconds": seconds, "call": call}


def reopened(batch: Batch, records: list[Record]) -> tuple[Batch, list[Record]]:
    """What a dead batch becomes when it is sent once more: pending, under the same key."""
    at = clock.now()
    again = replace(batch.become(State.PENDING, at, "redriven"), applied=False)
    return again, [
        record.become(State.PENDING, at, 0, "redriven") if record.state is batch.state else record
        for record in records
    ]
