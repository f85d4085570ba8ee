"""A run as it stands: for people line by line, for programs as JSON."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime

from govsync.domain import Hold, Run, RunKind, RunStatus, State
from govsync.management.acts.checks import check_line
from govsync.management.acts.common import Out, counted
from govsync.serializers import runs as serializers
from govsync.services import Progress, Status
from govsync.services.holding import TO_DO
from luca.kernel import clock, context

MANAGE = "manage.py govsync"
IN_TIME = "in time"
UNBALANCED = "Gov.Unbalanced"  # as the machine says it: nothing was given up, no letter is left
TO_CORRECT = {State.BLOCKED_LOCAL, State.REJECTED_DATA, State.CONFLICT}


def show(out: Out, progress: Progress, *, as_json: bool = False) -> None:
    if as_json:
        out.stdout.write(json.dumps(serializers.shown(progress)))
        return
    for name, said in _lines(progress):
        out.stdout.write(f"{name:9} {said}")


def _lines(progress: Progress) -> Iterator[tuple[str, str]]:
    found = progress.status
    run = found.run
    yield "run", f"{run.id}, period {run.period}, {run.status.value}{_kind(run)}"
    yield "state", headline(found)
    if run.status in {RunStatus.FAILED, RunStatus.PAUSED}:
        yield "error", f"{run.execution.error}: {run.execution.cause}"
    if run.time_scale != 1:
        yield "scale", f"waits last {run.time_scale} of their real time"
    if progress.hold is not None:
        yield "hold", hold_line(progress.hold)
    if run.status is RunStatus.RUNNING:
        yield "authority", authority_line(progress)
    yield "forecast", _forecast(progress)
    taken = "still being taken" if found.snapshot is None else f"{found.snapshot} records"
    yield "snapshot", taken
    yield "batches", by_state(found.batches)
    yield "records", by_state(found.records)
    yield "balance", _balance(found)
    if progress.watch is not None:
        yield "check", check_line(progress.watch)
    for one in _to_do(progress):
        yield "to do", one


def _kind(run: Run) -> str:
    return ", a correction" if run.kind is RunKind.CORRECTION else ""


def headline(found: Status) -> str:
    state = found.run.execution.state
    if found.next_attempt is None or found.run.status is not RunStatus.RUNNING:
        return state
    return f"{state}, goes on in {seconds_until(found.next_attempt)}"


def hold_line(hold: Hold) -> str:
    by = f", by {hold.by}" if hold.by else ""
    return f"nothing is sent since {moment(hold.since)}: {hold.reason.value}{by}"


def authority_line(progress: Progress) -> str:
    if is_down(progress) and progress.closed_until is not None:
        left = seconds_until(progress.closed_until)
        return f"it fails: the breaker is open, one call tries it in {left}"
    failed = f", {failing(progress)}" if progress.failures else ""
    schools = (
        "1 school" if progress.forecast.schools == 1 else f"{progress.forecast.schools} schools"
    )
    return f"one call per {progress.interval:g} s, {schools} at work{failed}"


def failing(progress: Progress) -> str:
    return f"{progress.failures} failure{'s' if progress.failures > 1 else ''} in a row"


def by_state(counts: Mapping[State, int]) -> str:
    """In the order of a record's life, so that one line can be compared with the next."""
    return counted({one.value: counts[one] for one in State if counts.get(one)})


def is_down(progress: Progress) -> bool:
    """Whether the breaker is open; a time that has passed lets one call through."""
    return progress.closed_until is not None and progress.closed_until > clock.now()


def punctual(progress: Progress) -> str:
    """Whether a run that has not ended keeps its deadline."""
    if progress.forecast.overdue:
        return "OVERDUE"
    return "AT RISK" if progress.forecast.at_risk else IN_TIME


def moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def _forecast(progress: Progress) -> str:
    found = progress.forecast
    finished = progress.status.run.finished
    if progress.status.run.status in {RunStatus.DONE, RunStatus.FAILED} and finished is not None:
        return f"ended {moment(finished)}; deadline {moment(found.deadline)}"
    deadline = f"deadline {moment(found.deadline)}: {punctual(progress)}"
    if found.earliest is None or found.likely is None or found.latest is None:
        return f"nobody can say before the snapshot is complete; {deadline}"
    begin = "resumed now it would end" if progress.status.run.status is RunStatus.PAUSED else "ends"
    span = f"between {moment(found.earliest)} and {moment(found.latest)}"
    return f"{begin} {moment(found.likely)}, {span}; {deadline}"


def _balance(found: Status) -> str:
    if found.balance is None:
        return "not made yet"
    if found.balance.balanced:
        return f"all {found.balance.snapshot} accounted for"
    return f"NO: {'; '.join(found.balance.differences)}"


def _to_do(progress: Progress) -> Iterator[str]:
    """What is left for a person; nothing while the machine goes on by itself."""
    found = progress.status
    run, school = found.run, f"--school {context.school()}"
    if run.status is RunStatus.RUNNING:
        return
    if progress.hold is not None:
        yield TO_DO[progress.hold.reason]
    if progress.hold is not None or run.status is RunStatus.PAUSED:
        yield f"{MANAGE} resume {school}"
        return
    failed = run.status is RunStatus.FAILED and run.execution.error != UNBALANCED
    if failed or found.batches.get(State.DEAD):
        yield f"{MANAGE} letters {school}, then {MANAGE} redrive {school} --run {run.id}"
    if TO_CORRECT & found.records.keys():
        yield f"{MANAGE} rejects {school} --run {run.id} says what to correct"
    if State.DRIFTED in found.records:
        yield f"{MANAGE} discrepancies {school} --run {run.id}"


def seconds_until(at: datetime) -> str:
    return f"{max(0.0, (at - clock.now()).total_seconds()):.0f} s"
