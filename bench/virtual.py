"""Many schools' machines in virtual time, with the deployed definition, the engine and the pace.

Nothing waits and nothing is stored: the clock stands still at each event and then leaps to the next
one, the two rows of the authority are kept in memory, and the tasks answer as Luca's do, after as
long as they are told to take. What is counted is what Step Functions would count and limit.
"""

import heapq
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from unittest.mock import patch

from govsync import definition, engine, pace, rules
from govsync.client import Answer
from govsync.engine import Call, Context, Event, Execution, Finish, Go, Phase, Sleep, TaskDone
from govsync.pace import Later
from govsync.repository import authority as repository
from govsync.rules import Outcome
from govsync.services import sending
from govsync.services.actions import message
from luca.aws.store import ConditionFailed
from luca.kernel import clock, context

BEGIN = datetime(2026, 12, 18, 20, 0, tzinfo=UTC)
TOKEN = "t" * 800  # as long as Step Functions' own
RECORDS, PAGE = 100, 1000  # of a batch, of a page that is read back
TASKED, ENTERED, CALLED = (
    1,
    2,
    4,
)  # events: of a task's entry or exit, of both for others, of a call


@dataclass(frozen=True, slots=True)
class Plan:
    """What is simulated; times in seconds."""

    schools: tuple[int, ...]  # grades of each
    at_once: int
    outage_from: float = 0
    outage_for: float = 0
    task: float = 0.25  # a task that calls nobody, its messages included
    answer: float = 1.0  # the authority's


@dataclass(slots=True)
class School:
    """One school's execution and what it has cost."""

    name: str
    grades: int
    execution: Execution
    began: float = 0
    ended: float = 0
    events: int = 1  # ExecutionStarted
    payload: int = 0  # bytes, the largest
    batch: int = 0  # how many are answered
    page: int = 0
    tries: int = 0  # of the present batch
    slot: str = ""  # the turn that its last call used
    calls: list[float] = field(default_factory=list)
    attempts: Counter[int] = field(default_factory=Counter)  # batches by attempts that they spent
    buried: int = 0

    @property
    def batches(self) -> int:
        return -(-self.grades // RECORDS)


class Rows:
    """Luca's store as far as slot and breaker need it; nobody comes in between."""

    ConditionFailed = ConditionFailed

    def __init__(self) -> None:
        self._rows: dict[str, Any] = {}

    def get(self, _: Any, pk: str, sk: str, **__: Any) -> Any:
        return self._rows.get(pk + sk)

    def put(self, item: Any, *_: Any) -> None:
        self._rows[item.pk + item.sk] = item


class World:
    """A campaign: so many schools at once, until all have ended."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.machine = definition.machine(definition.current())
        self.schools = [self._school(n, grades) for n, grades in enumerate(plan.schools)]
        self.refused = 0
        self._waiting = list(reversed(self.schools))
        self._order = count()
        self._due: list[tuple[float, int, School, Any]] = []

    def run(self) -> None:
        with _alone():
            for _ in range(self.plan.at_once):
                self._begin_next(0)
            while self._due:
                at, _, school, event = heapq.heappop(self._due)
                with clock.stopped(_instant(at)), context.entered(school=school.name):
                    self._happen(at, school, event)

    def _school(self, number: int, grades: int) -> School:
        name = f"school-{number:04}"
        data = {"school_id": name, "correlation_id": "c" * 36, "call": {"run": _run(name)}}
        return School(name, grades, engine.begin(self.machine, {**data, "embed": {}}))

    def _begin_next(self, at: float) -> None:
        if self._waiting:
            school = self._waiting.pop()
            school.began = at
            self._later(at, school, Go())

    def _later(self, at: float, school: School, event: Any) -> None:
        heapq.heappush(self._due, (at, next(self._order), school, event))

    def _happen(self, at: float, school: School, event: Any) -> None:
        """Go on with an event until the next one lies in the future."""
        if isinstance(event, float):  # an answer to the call made then
            event = TaskDone(self._answered(school, event))
        here = _context(school)
        while True:
            self._step(school, event, here)
            effect, event = engine.pending(self.machine, school.execution, here), Go()
            if isinstance(effect, Finish):
                school.ended = at
                self._begin_next(at)
                return
            if isinstance(effect, Sleep):
                self._later(at + effect.seconds, school, Go())
                return
            if isinstance(effect, Call):
                self._call(at, school, effect)
                return

    def _step(self, school: School, event: Event, here: Context) -> None:
        before = school.execution
        after = engine.step(self.machine, before, event, here)
        school.events += cost(self.machine, before, after)
        school.execution = after
        if after.data is not before.data:
            school.payload = max(school.payload, len(json.dumps(after.data)))

    def _call(self, at: float, school: School, call: Call) -> None:
        school.payload = max(school.payload, len(json.dumps(call.parameters)))
        name, given = message(call.parameters)
        if name in {"govsync.send_batch", "govsync.read_back"}:
            self._authority(at, school, given)
            return
        if name == "govsync.mark_synced":
            school.batch, school.tries = school.batch + 1, 0
        elif name == "govsync.bury":
            school.buried += 1
            school.batch, school.tries = school.batch + 1, 0
        self._later(at + self.plan.task, school, TaskDone(_said(name, school, given)))

    def _authority(self, at: float, school: School, given: Any) -> None:
        """Call when it is the school's turn, or come back with the turn that is kept for it."""
        kept = str({**given, **given.get("sent", {})}.get("slot", ""))
        turn = pace.turn("" if kept == school.slot else kept)
        if isinstance(turn, Later):
            reading = school.batch == school.batches
            outcome = _outcome(Outcome.PACE, turn.seconds, slot=turn.slot)
            said = _page(school, turn.seconds, turn.slot) if reading else outcome
            self._later(at + self.plan.task, school, TaskDone(said))
            return
        school.slot = clock.stamp(turn)
        called = (turn - BEGIN).total_seconds()
        school.calls.append(called)
        self._later(called + self.plan.answer, school, called)

    def _answered(self, school: School, called: float) -> dict[str, Any]:
        """What the authority said to a call, judged as every answer is."""
        down = 0 <= called - self.plan.outage_from < self.plan.outage_for
        self.refused += down
        reading = school.batch == school.batches
        body = {"status": "accepted", "records": []}
        judged = rules.judge(503 if down else 200, {} if down else body)
        if judged.outcome is Outcome.RETRY:
            paused = pace.note(failed=True)
            if reading:
                return _page(school, paused or 1)
            if paused or sending.is_no_fault_of_its_own(Answer(503), school.tries):
                return _outcome(Outcome.PACE, paused or sending.PAUSE, judged.reason)
            school.tries += 1
            return _outcome(Outcome.RETRY, 0, judged.reason)
        pace.note(failed=False)
        if reading:
            school.page += 1
            return _page(school, pace.rest())
        school.attempts[school.tries + 1] += 1
        return _outcome(judged.outcome, pace.rest())


def cost(machine: engine.Machine, before: Execution, after: Execution) -> int:
    """How many events of Step Functions' history one transition is."""
    kind = machine.states[before.state].type
    ended = int(after.ended)
    if kind == "Task":
        called = CALLED if before.phase is Phase.CALLING else 0
        moved = before.phase is Phase.ENTERING or after.phase in {Phase.ENTERING, *ENDED}
        return called + TASKED * moved + ended
    if kind == "Wait":
        return TASKED + ended
    return ENTERED - (kind == "Fail") + ended


ENDED = (Phase.SUCCEEDED, Phase.FAILED)


def _said(name: str, school: School, given: Any) -> dict[str, Any]:
    """What a task that calls nobody answers; longest when it matters for the payload."""
    left = school.batches - school.batch
    answers: dict[str, dict[str, Any]] = {
        "govsync.snapshot": {"more": False, "records": school.grades},
        "govsync.query_pending": {"remaining": min(left, 2), "batch": f"{school.batch:05}"},
        "govsync.reconcile": {"more": False, "balanced": True, "pages": given.get("pages", 0)},
    }
    return answers.get(name, {})


def _outcome(outcome: Outcome, seconds: int, reason: str = "", slot: str = "") -> dict[str, Any]:
    return {"outcome": outcome.value, "seconds": seconds, "reason": reason, "slot": slot}


def _page(school: School, seconds: int, slot: str = "") -> dict[str, Any]:
    if school.page * PAGE >= school.grades:
        return {"more": False, "pages": school.page}
    place = {"cursor": "c" * 36, "page": str(school.page), "slot": slot}
    call = {"run": _run(school.name), **place}
    return {"more": True, "seconds": seconds, "call": call}


def _context(school: School) -> Context:
    name = f"{_run(school.name)}-1"
    data = {"school_id": school.name, "correlation_id": "c" * 36, "embed": {}}
    given = {**data, "call": {"run": _run(school.name)}}
    return Context(
        {"Execution": {"Id": name, "Name": name, "Input": given}, "Task": {"Token": TOKEN}}
    )


def _run(school: str) -> str:
    return f"{school}-{'r' * 26}"


def _instant(at: float) -> datetime:
    return BEGIN + timedelta(seconds=at)


@contextmanager
def _alone() -> Iterator[None]:
    """The authority's rows in memory, and nothing said about each call."""
    with (
        patch.object(repository, "store", Rows()),
        patch.object(pace, "now", clock.now),
        patch.object(pace, "alerts"),
        patch.object(pace, "metric", lambda *_, **__: None),
        patch.object(pace, "logger"),
    ):
        yield
