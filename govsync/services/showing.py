"""A run as its page shows it: the same facts as in `looking`, in as few reads as it takes."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from govsync import definition, pace, rules
from govsync.domain import GIVEN_UP, Balance, Batch, Hold, Line, Record, Run, RunStatus, State, Step
from govsync.engine import Machine
from govsync.repository import batches, current, looks, runs
from govsync.rules import Forecast, Watch
from govsync.rules.drawing import Drawing, Edge, Node, drawing, passed
from govsync.services import differing, foreseeing, looking, running
from govsync.services.differing import Discrepancies
from govsync.services.looking import Carried
from govsync.services.running import Status
from luca.aws.store import Key
from luca.kernel import context
from luca.kernel.errors import NotFound
from luca.kernel.ids import ID, PeriodId

__all__ = [
    "Drawing",
    "Edge",
    "Node",
    "Standing",
    "Working",
    "batch",
    "drawing",
    "given_up",
    "passed",
    "period_of",
    "reconciliation",
    "records_by_batch",
    "standing",
    "under_way",
    "working",
]
OPEN = frozenset({RunStatus.RUNNING, RunStatus.PAUSED})


@dataclass(frozen=True, slots=True)
class Standing:
    """A run with its numbers, what holds it, and the daily check of its period."""

    status: Status
    machine: Machine
    hold: Hold | None
    watch: Watch | None


@dataclass(frozen=True, slots=True)
class Working:
    """A run's machine: where it is, where it was, and when it will be at its end."""

    run: Run
    machine: Machine
    steps: tuple[Step, ...]  # the last of the present execution, the newest first
    forecast: Forecast
    failures: int  # of the authority, in a row
    closed_until: datetime | None  # nobody calls before: the breaker is open
    schools: int
    interval: float


def standing(identity: str) -> Standing:
    """A run with its numbers: three reads."""
    kept = _kept(identity)
    book = batches.book(kept.run.id)
    first = next((line.number for line in book if line.open), "")
    beside = looks.beside(kept.run.id, kept.run.period, first)
    book = running.with_batch_under_way(book, beside.batch)
    records = rules.totals(book)
    status = Status(
        run=kept.run,
        snapshot=kept.snapshot,
        frozen=sum(line.size for line in book),
        batches=Counter(line.state for line in book),
        records={state: number for state, number in sorted(records.items()) if number},
        balance=kept.balance,
        next_attempt=kept.run.not_before,
        left=sum(line.open for line in book),
    )
    return Standing(status, _machine(kept), beside.hold, beside.watch)


def working(identity: str, left: int, records: int) -> Working:
    """Its machine and its forecast: three reads. What is left says who has just looked."""
    kept = _kept(identity)
    machine, authority = _machine(kept), looks.authority()
    steps = runs.last_steps(kept.run.id, foreseeing.STEPS)
    known = foreseeing.Seen(
        run=kept.run,
        seconds=machine.seconds or 0,
        left=None if kept.snapshot is None else left,
        records=records,
        steps=steps,
        closed_until=authority.closed_until,
        schools=authority.schools,
    )
    return Working(
        run=kept.run,
        machine=machine,
        steps=tuple(one for one in steps if one.version >= kept.run.first_version),
        forecast=foreseeing.seen(known),
        failures=authority.failures,
        closed_until=authority.closed_until,
        schools=authority.schools,
        interval=pace.interval().total_seconds(),
    )


def records_by_batch(
    identity: str, wanted: frozenset[State], code: str, start: Key | None
) -> tuple[list[tuple[str, Record]], Key | None]:
    """Records in these states, and of this cause if one is named: a page is what a batch holds.

    It may be empty although more follow. Two reads.
    """
    book = _book(identity) or _nothing_yet(identity)
    lines = [one for one in book if _holds(one, wanted)]
    after = "" if start is None else start["batch"]["S"]
    left = [one for one in lines if one.number > after]
    if not left:
        return [], None
    number = left[0].number
    found = [
        (number, one)
        for one in batches.records(identity, number)
        if one.state in wanted and not one.moved_to and code in {"", one.reason}
    ]
    return found, {"batch": {"S": number}} if left[1:] else None


def batch(identity: str, number: str) -> Batch:
    """One batch of a run with all that happened to it: one read."""
    whole = ID.fullmatch(identity) and ID.fullmatch(number)
    found = batches.get(identity, number) if whole else None
    if found is None:
        raise NotFound("The run has no such batch.", code="batch_not_found")
    return found


def given_up(identity: str, limit: int) -> tuple[Run, list[Carried], int]:
    """A run, the first of its batches that were given up, and how many there are: three reads."""
    found = running.run(identity)
    lines = [one for one in _book(found.id) if one.state in GIVEN_UP and not one.open]
    return found, looking.carried(found.id, lines[:limit]), len(lines)


def reconciliation(identity: str) -> tuple[Run, Balance | None, Discrepancies]:
    """What the last reading back of a run came to: one read of the table."""
    kept = _kept(identity)
    return kept.run, kept.balance, differing.read(kept.run.id)


def period_of(identity: str) -> PeriodId:
    """The period of a run, which never changes: one read, once in a process."""
    return _period_of(context.school(), identity)


@lru_cache(maxsize=1024)
def _period_of(_school: str, identity: str) -> PeriodId:
    # The school is part of the cache's key: two schools' runs must not meet here.
    return running.run(identity).period


def under_way(period: PeriodId) -> Run | None:
    """The run of a period that has not ended, if there is one: two reads."""
    identity = current.get(period)
    found = None if identity is None else runs.get(identity)
    return found if found is not None and found.status in OPEN else None


def _book(identity: str) -> list[Line]:
    return batches.book(identity) if ID.fullmatch(identity) else []


def _nothing_yet(identity: str) -> list[Line]:
    """The book of a run that has just begun; NotFound when there is no such run."""
    running.run(identity)
    return []


def _holds(line: Line, wanted: frozenset[State]) -> bool:
    return line.open or any(line.counts.get(state) for state in wanted)


def _kept(identity: str) -> looks.Kept:
    found = looks.run(identity) if ID.fullmatch(identity) else None
    if found is None:
        raise NotFound("There is no such run.", code="run_not_found")
    return found


def _machine(kept: looks.Kept) -> Machine:
    return definition.machine(kept.definition)
