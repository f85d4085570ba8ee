"""Whether runs will end in time: asked about one of them, and looked after for all."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from govsync import definition, pace, rules
from govsync.domain import Risk, Run, RunStatus, State, Step
from govsync.engine import Phase
from govsync.repository import authority, looks, runs
from govsync.rules import Forecast, Known
from govsync.services.beginning import time_scale
from govsync.services.running import Status, status
from luca.aws import alerts
from luca.kernel import clock, context
from luca.telemetry import log, metric
from tenants import services as tenants

FINISHING = frozenset(
    {"MarkSynced", "BuryBatch"}
)  # states in which the machine is done with a batch
STEPS = 300  # that tell the pace: the last forty batches or so, the last hours of an outage
SUBJECTS = {
    "at_risk": "Luca: a government sync will probably be late",
    "overdue": "Luca: a government sync has missed its deadline",
    "safe_again": "Luca: a government sync will be in time after all",
}
OVER = frozenset({RunStatus.DONE, RunStatus.FAILED})
logger = log(__name__)


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of a run and of the authority when somebody asks when it will end."""

    run: Run
    seconds: float  # that its machine may take
    left: int | None  # batches; None: nobody knows yet
    records: int  # to read back
    steps: Sequence[Step]  # the last, the newest first
    closed_until: datetime | None
    schools: int


def forecast(found: Status) -> Forecast:
    """When a run will end; of one that has ended the deadline only."""
    run = found.run
    over = run.status in OVER
    return seen(
        Seen(
            run=run,
            seconds=definition.machine(runs.definition(run)).seconds or 0,
            left=None if found.snapshot is None else found.left,
            records=sum(found.records.values()) - found.records.get(State.BLOCKED_LOCAL, 0),
            steps=[] if over else runs.last_steps(run.id, STEPS),
            closed_until=None if over else authority.breaker()[1],
            schools=1 if over else authority.schools_at_work(),
        )
    )


def seen(told: Seen) -> Forecast:
    """The same from what somebody has read already."""
    run, over = told.run, told.run.status in OVER
    known = Known(
        now=clock.now(),
        started=run.started,
        budget=told.seconds * run.time_scale,
        batches=told.left,
        records=told.records,
        interval=pace.interval().total_seconds(),
        schools=1 if over else max(1, told.schools),
        finished=_finished(run, told.steps),
        waits_until=None if over else _waits_until(run, told.closed_until),
    )
    return rules.ended(known) if over else rules.forecast(known)


def expected(records: int) -> Forecast:
    """When a run that began now with so many records would end."""
    now, load = clock.now(), looks.authority()
    seconds = definition.machine(definition.current()).seconds or 0
    known = Known(
        now=now,
        started=now,
        budget=seconds * time_scale(),
        batches=math.ceil(records / rules.MOST_RECORDS),
        records=records,
        interval=pace.interval().total_seconds(),
        schools=load.schools + 1,
        waits_until=load.closed_until,
    )
    return rules.forecast(known)


def foresee() -> int:
    """Compare every run of every school with its deadline; return how many are at risk.

    On the way it counts the schools at work, who share the rate.
    """
    working, risks = 0, 0
    records: Counter[State] = Counter()  # of all runs that are not over, by state
    for school in tenants.schools():
        with context.entered(school=school.id):
            try:
                found = runs.under_way()
                working += bool(found)
                # Nobody works on a paused run; its deadline comes nearer all the same.
                for run in [*found, *runs.paused()]:
                    looked = status(run.id)
                    risks += _looked_at(looked)
                    records.update(looked.records)
            except Exception:
                # A school that cannot be looked at hides no other.
                logger.exception("forecast_failed")
                metric("SweepsFailed")
    for state, count in sorted(records.items()):
        metric("SyncRecords", count, state=state.value)
    if working != authority.schools_at_work():
        authority.save_schools_at_work(working)
    return risks


def _looked_at(found: Status) -> bool:
    """Say once that a run will be late, once that it is, and once that it will not be after all."""
    run, expected = found.run, forecast(found)
    told, now = runs.risk(run.id), _risk(expected)
    if expected.at_risk:
        metric("SyncDeadlineAtRisk")
    if now is told or (now is Risk.NONE and not expected.safe):
        return expected.at_risk
    _say(found, expected, now, told)
    runs.note_risk(run.id, now)
    return expected.at_risk


def _say(found: Status, expected: Forecast, now: Risk, told: Risk) -> None:
    run, left = found.run.id, found.left
    if now is Risk.OVERDUE:
        logger.error("deadline_missed", run=run, batches=left)
    elif now is Risk.AT_RISK:
        logger.error("deadline_at_risk", run=run, batches=left)
    elif told is Risk.AT_RISK:
        logger.warning("deadline_safe_again", run=run, batches=left)
    else:
        return  # what was late stays late, also when all of it is sent
    _tell(found, expected, now.value or "safe_again")


def _risk(expected: Forecast) -> Risk:
    if expected.overdue:
        return Risk.OVERDUE
    return Risk.AT_RISK if expected.at_risk else Risk.NONE


def _tell(found: Status, expected: Forecast, state: str) -> None:
    """Tell people; who is killed before it is noted tells them twice, and not never."""
    finish = expected.likely
    alerts.publish(
        "alerts",
        SUBJECTS[state],
        {
            "kind": "govsync.deadline",
            "run": found.run.id,
            "period": found.run.period,
            "state": state,
            "status": found.run.status.value,
            "batches": found.left,
            "deadline": clock.stamp(expected.deadline),
            "finish": None if finish is None else clock.stamp(finish),
        },
    )


def _finished(run: Run, newest_first: Sequence[Step]) -> list[datetime]:
    """When the last batches of the present execution were done, the oldest first."""
    return [
        step.at
        for step in reversed(newest_first)
        if step.state in FINISHING and _is_first_call(step) and step.at >= run.began
    ]


def _is_first_call(step: Step) -> bool:
    """A batch passes its last state in several steps, and in more when the call is repeated."""
    return step.phase == Phase.CALLING.value and step.attempt == 1


def _waits_until(run: Run, breaker: datetime | None) -> datetime | None:
    """Until when nothing of this run is sent, as far as anybody knows."""
    known = [at for at in (breaker, run.not_before) if at is not None]
    return max(known, default=None)
