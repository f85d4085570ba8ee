"""Carrying a batch's answer to each of its records and to the grades."""

from dataclasses import replace

from govsync import rules
from govsync.domain import ACCEPTED, Batch, HoldReason, Record, Run, State
from govsync.repository import batches
from govsync.services import holding
from govsync.services.failures import BROKEN, Failed
from govsync.services.sending import batch_of
from grades import services as grades
from luca.kernel import clock
from luca.telemetry import log, metric
from tenants.domain import Course

DIVIDED = frozenset({State.REJECTED_DATA, State.SUPERSEDED})  # the second: in part
MANY = 10  # records of one frozen batch that are all refused: the cause is not in the records
logger = log(__name__)


def mark_synced(run: Run, number: str) -> None:
    """Carry a batch's answer to each of its records and to the grades."""
    batch = batch_of(run, number)
    if batch.applied:
        return
    records = batches.records_of(batch)
    at = clock.now()
    if batch.state in ACCEPTED:
        after = [_after(record, batch.state, batch, "") for record in records]
    elif batch.state in DIVIDED:
        after = _divided(run, batch, records)
    else:
        raise Failed(BROKEN, f"Batch {number} is {batch.state} and has no answer to apply.")
    mark_grades(run, batch, after)
    finished = replace(batch, applied=True)
    line = batches.line_of(finished, after, size=size_of(batch, after))
    batches.settle(finished, after, line, was_open=True)
    _hold_if_all_are_refused(finished, after)
    metric("SyncRecordsAnswered", len(after))
    logger.info("batch_applied", run=run.id, batch=number, at=clock.stamp(at))


def mark_grades(run: Run, batch: Batch, records: list[Record]) -> None:
    """Tell the grades which of them the authority has; a newer version keeps its own fate."""
    theirs = [record for record in records if record.state in ACCEPTED | {State.VERIFIED}]
    grades.mark_all_synced(
        [
            ((one.student, Course(one.subject, run.period), one.grade_version), one.state.value)
            for one in theirs
        ],
        batch.claim,
    )


def size_of(batch: Batch, records: list[Record]) -> int:
    """Records frozen from the snapshot; those of a batch split off are counted where they began."""
    return 0 if "." in batch.number else len(records)


def _divided(run: Run, batch: Batch, records: list[Record]) -> list[Record]:
    """What becomes of each record of a batch that was not taken as a whole.

    It is a function of the answer and of the records as they were frozen: repeated
    after a kill it makes the same batches.
    """
    parts = _parts(batch, [one for one in records if one.state is not State.SUPERSEDED])
    onward = {
        one.id: f"{batch.number}.{number}" for number, part in enumerate(parts, 1) for one in part
    }
    for number, part in enumerate(parts, 1):
        _split_off(run, batch, f"{batch.number}.{number}", part)
    after: list[Record] = []
    for record in records:
        if record.id in onward:
            after.append(replace(record, moved_to=onward[record.id]))
        elif record.id in batch.taken:
            after.append(_after(record, State.ACCEPTED, batch, "taken_in_part"))
        else:
            why = batch.rejected.get(record.id, batch.history[-1].reason)
            after.append(_after(record, State.REJECTED_DATA, batch, why))
    return after


def _parts(batch: Batch, records: list[Record]) -> list[list[Record]]:
    """The records that go on: all together if the bad ones are known, else by halves.

    A record that is refused alone has no one else to blame.
    """
    rest = [one for one in records if one.id not in batch.rejected and one.id not in batch.taken]
    if batch.rejected:
        return [rest] if rest else []
    if len(rest) < 2:  # noqa: PLR2004 -- one cannot be halved
        return []
    middle = (len(rest) + 1) // 2
    return [rest[:middle], rest[middle:]]


def _split_off(run: Run, batch: Batch, number: str, records: list[Record]) -> None:
    part = [replace(record, position=n) for n, record in enumerate(records)]
    key = rules.batch_key(part)
    fresh = Batch(run=run.id, number=number, state=State.DRAFT, count=len(part), key=key)
    begun = fresh.become(State.PENDING, clock.now(), f"split_off_{batch.number}")
    batches.add(begun, part, batch)


def _hold_if_all_are_refused(batch: Batch, records: list[Record]) -> None:
    """Hold the school when a whole frozen batch was refused, each record by itself."""
    refused = [one for one in records if one.state is State.REJECTED_DATA]
    if "." not in batch.number or len(refused) != 1 or batch.rejected:
        return
    root = batch.number.partition(".")[0]
    family = [
        line
        for line in batches.book(batch.run)
        if line.number == root or line.number.startswith(f"{root}.")
    ]
    counts = rules.totals(family)
    states = {state for state, number in counts.items() if number} - {State.SUPERSEDED}
    if states == {State.REJECTED_DATA} and counts[State.REJECTED_DATA] >= MANY:
        holding.hold_by_luca(HoldReason.EVERYTHING_REJECTED)


def _after(record: Record, state: State, batch: Batch, reason: str) -> Record:
    if record.state is State.SUPERSEDED:
        return record
    return record.become(state, batch.history[-1].at, batch.attempts, reason)
