"""Runs as operators look at them: in lists, with their forecast, batch by batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from govsync import pace
from govsync.domain import GIVEN_UP, Balance, Batch, Hold, Line, Run, RunStatus, State, Step
from govsync.repository import authority, batches, looks, runs
from govsync.rules import RESTART, Forecast, NextStep, Watch, next_step
from govsync.services import holding, watching
from govsync.services.foreseeing import forecast
from govsync.services.running import Status, run, status
from luca.aws.store import Key


@dataclass(frozen=True, slots=True)
class Progress:
    """A run as it stands, when it will end, and what holds it up."""

    status: Status
    forecast: Forecast
    failures: int  # of the authority, in a row
    closed_until: datetime | None  # nobody calls before: the breaker is open
    interval: float  # seconds between two calls of all schools together
    hold: Hold | None  # nothing of the school is sent
    watch: Watch | None  # the daily check of the run's period


@dataclass(frozen=True, slots=True)
class Carried:
    """One batch with what the authority said last and what happens next."""

    line: Line
    attempts: int
    answer: str
    reason: str
    next_step: NextStep


@dataclass(frozen=True, slots=True)
class Dead:
    """What was given up, and what to do; a run that failed has no batch here."""

    run: Run
    batch: Carried | None

    @property
    def next_step(self) -> NextStep:
        return RESTART if self.batch is None else self.batch.next_step


def progress(identity: str) -> Progress:
    found = status(identity)
    failures, until = authority.breaker()
    return Progress(
        status=found,
        forecast=forecast(found),
        failures=failures,
        closed_until=until,
        interval=pace.interval().total_seconds(),
        hold=holding.held(),
        watch=watching.watched(found.run.period),
    )


def runs_page(
    period: str | None, state: RunStatus | None, *, limit: int, start: Key | None
) -> tuple[list[Run], Key | None]:
    """Runs, the newest first; a page may be short although more follow."""
    found, following = runs_summed(period, state, limit=limit, start=start)
    return [run for run, _balance in found], following


def runs_summed(
    period: str | None, state: RunStatus | None, *, limit: int, start: Key | None
) -> tuple[list[tuple[Run, Balance | None]], Key | None]:
    """The same, each with what it came to when it was last added up."""
    found, following = runs.listed_page(period, limit=limit, start=start)
    kept = [one for one in looks.several(found) if state in {None, one[0].status}]
    return kept, following


def steps_page(identity: str, *, limit: int, start: Key | None) -> tuple[list[Step], Key | None]:
    """States that a run went through, the newest first."""
    return runs.steps_page(run(identity).id, limit=limit, start=start)


def batches_page(
    identity: str, state: State | None, *, limit: int, start: Key | None
) -> tuple[list[Carried], Key | None]:
    """Batches of a run, finished ones first; a page may be short although more follow."""
    found = run(identity)
    lines, following = batches.book_page(found.id, state, limit=limit, start=start)
    return carried(found.id, lines), following


def dead_letters(*, limit: int, start: Key | None) -> tuple[list[Dead], Key | None]:
    """What the school's runs have given up, as the ledger has it; a page is of so many runs.

    The queue of dead letters is all schools'; who asks for a school is not let near it.
    """
    found, following = runs.listed_page(None, limit=limit, start=start)
    return [one for each in found for one in _given_up(run(each))], following


def given_up_anywhere(*, limit: int, start: Key | None) -> tuple[list[Dead], Key | None]:
    """Batches that any run of the school has given up, of the newest run first: two calls."""
    found, following = looks.given_up(limit=limit, start=start)
    return [Dead(run, _one(line, batch)) for run, line, batch in found], following


def _given_up(found: Run) -> list[Dead]:
    failed = [Dead(found, None)] if found.status is RunStatus.FAILED else []
    lines = [one for one in batches.book(found.id) if one.state in GIVEN_UP and not one.open]
    return [*failed, *(Dead(found, one) for one in carried(found.id, lines))]


def carried(run: str, lines: Sequence[Line]) -> list[Carried]:
    known = batches.get_all(run, [line.number for line in lines])
    return [_one(line, known.get(line.number)) for line in lines]


def _one(line: Line, batch: Batch | None) -> Carried:
    state = batch.state if batch else line.state
    last = batch.history[-1].reason if batch and batch.history else ""
    return Carried(
        line=line,
        attempts=batch.attempts if batch else 0,
        answer=batch.answer if batch else "",
        reason=last,
        next_step=next_step(state, last),
    )
