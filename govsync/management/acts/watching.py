"""A run on the screen: as it stands, and until it ends."""

import sys
import time
from datetime import datetime

from django.core.management.base import CommandError
from tqdm import tqdm

from govsync import services
from govsync.domain import Hold, RunStatus
from govsync.management.acts.common import Out, counted
from govsync.services import Progress, Status
from luca.kernel import clock

LOOK_SECONDS = 0.5
INTERRUPTED = 130  # the exit code of a command that Ctrl-C has ended


def watch(out: Out, run: str) -> None:
    """Follow a run to its end; fail if it does."""
    try:
        found = _followed(run)
    except KeyboardInterrupt:
        out.stderr.write(f"Run {run} goes on without you: `manage.py govsync status` shows it.")
        raise SystemExit(INTERRUPTED) from None
    show(out, services.progress(run))
    if found.run.status in {RunStatus.FAILED, RunStatus.PAUSED}:
        raise CommandError(f"{found.run.execution.error}: {found.run.execution.cause}")


def _followed(run: str) -> Status:
    quiet = not sys.stderr.isatty()
    with tqdm(unit="record", disable=quiet, file=sys.stderr) as bar:
        while (found := services.status(run)).run.status is RunStatus.RUNNING:
            bar.total = found.snapshot or found.frozen or None
            bar.set_description(headline(found))
            bar.update(found.answered - bar.n)
            time.sleep(LOOK_SECONDS)
        bar.update(found.answered - bar.n)
    return found


def show(out: Out, progress: Progress) -> None:
    found = progress.status
    run = found.run
    write = out.stdout.write
    write(f"run       {run.id}, period {run.period}, {run.status.value}")
    write(f"state     {headline(found)}")
    if run.time_scale != 1:
        write(f"scale     waits last {run.time_scale} of their real time")
    if progress.hold is not None:
        write(f"hold      {hold_line(progress.hold)}")
    if run.status is RunStatus.RUNNING:
        write(f"authority {_authority(progress)}")
    write(f"forecast  {_forecast(progress)}")
    taken = "still being taken" if found.snapshot is None else f"{found.snapshot} records"
    write(f"snapshot  {taken}")
    write(f"batches   {counted({s.value: n for s, n in found.batches.items()})}")
    write(f"records   {counted({s.value: n for s, n in found.records.items()})}")
    if found.balance is None:
        write("balance   not made yet")
    elif found.balance.balanced:
        write(f"balance   all {found.balance.snapshot} accounted for")
    else:
        write(f"balance   NO: {'; '.join(found.balance.differences)}")


def hold_line(hold: Hold) -> str:
    by = f", by {hold.by}" if hold.by else ""
    return f"nothing is sent since {_moment(hold.since)}: {hold.reason.value}{by}"


def _authority(progress: Progress) -> str:
    until = progress.closed_until
    if until is not None and until > clock.now():
        left = (until - clock.now()).total_seconds()
        return f"it fails: the breaker is open, one call tries it in {left:.0f} s"
    return f"one call per {progress.interval:g} s, {progress.forecast.schools} schools at work"


def _forecast(progress: Progress) -> str:
    found = progress.forecast
    deadline = f"deadline {_moment(found.deadline)}"
    if found.earliest is None or found.likely is None or found.latest is None:
        return deadline
    risk = "AT RISK" if found.at_risk else "in time"
    span = f"between {_moment(found.earliest)} and {_moment(found.latest)}"
    return f"ends {_moment(found.likely)}, {span}; {deadline}: {risk}"


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def headline(found: Status) -> str:
    state = found.run.execution.state
    if found.next_attempt is None:
        return state
    left = max(0.0, (found.next_attempt - clock.now()).total_seconds())
    return f"{state}, goes on in {left:.0f} s"
