"""What the ledger holds about one student: the door for `luca.privacy`."""

from collections.abc import Iterator

from govsync import rules
from govsync.domain import REDRIVABLE, UNDER_WAY, Line, Run, RunStatus
from govsync.repository import batches, runs
from govsync.services.numbers import Numbers
from luca.aws.store.raw import Place
from luca.kernel import context
from luca.kernel.errors import Conflict
from tenants import services as tenants

UNSETTLED = UNDER_WAY | REDRIVABLE


def places_of(student: str) -> Iterator[Place]:
    """Where records of the student may be, in all runs and batches; most do not exist."""
    for run, lines in _ledger():
        identities = _records(run, student)
        for number in [*(line.number for line in lines), *_drafts(lines)]:
            yield from batches.places(run.id, number, identities)


def check_settled(student: str) -> None:
    """Raise Conflict while a run holds a record of the student that is still to be sent.

    A run that has not finished its snapshot may freeze one at any moment.
    """
    for run, lines in _ledger():
        under_way = run.status is RunStatus.RUNNING
        if under_way and runs.snapshot(run.id) is None:
            raise _refused(run, "is still taking its snapshot; repeat this when it has ended")
        wanted = set(_records(run, student))
        _check_drafts(run, lines, wanted)
        for line in lines:
            held = {one.id: one for one in batches.records(run.id, line.number)}
            mine = [held[one] for one in wanted & held.keys() if not held[one].moved_to]
            if mine and under_way:
                raise _refused(run, "holds records of this person; repeat this when it has ended")
            if any(one.state in UNSETTLED for one in mine):
                raise _refused(
                    run,
                    f"may still send batch {line.number}, which holds records of this person; "
                    "let it end first (manage.py govsync resume, or redrive)",
                )


def _check_drafts(run: Run, lines: list[Line], wanted: set[str]) -> None:
    """A run that ended in the middle of its snapshot has records in no line, yet may go on."""
    for number in _drafts(lines):
        if wanted & {one.id for one in batches.records(run.id, number)}:
            raise _refused(
                run,
                f"has begun batch {number}, which holds records of this person; "
                "let it end first (manage.py govsync resume, or redrive)",
            )


def _drafts(lines: list[Line]) -> tuple[str, str]:
    return Numbers(line.number for line in lines).upcoming()


def _ledger() -> Iterator[tuple[Run, list[Line]]]:
    for identity in runs.listed():
        found = runs.get(identity)
        if found is not None:
            yield found, batches.book(identity)


def _records(run: Run, student: str) -> list[str]:
    school = context.school()
    return [
        rules.record_id(school, run.period, course.subject, student)
        for course in tenants.courses(run.period)
    ]


def _refused(run: Run, why: str) -> Conflict:
    return Conflict(f"Sync run {run.id} {why}.", code="sync_under_way")
