"""A run on the screen: as it stands, and until it ends."""

import sys
import time

from django.core.management.base import CommandError
from tqdm import tqdm

from govsync import services
from govsync.domain import RunStatus
from govsync.management.acts.common import Out, counted
from govsync.services import Status
from luca.kernel import clock

LOOK_SECONDS = 0.5


def watch(out: Out, run: str) -> None:
    """Follow a run to its end; fail if it does."""
    quiet = not sys.stderr.isatty()
    with tqdm(unit="record", disable=quiet, file=sys.stderr) as bar:
        while (found := services.status(run)).run.status is RunStatus.RUNNING:
            bar.total = found.snapshot or found.frozen or None
            bar.set_description(headline(found))
            bar.update(found.answered - bar.n)
            time.sleep(LOOK_SECONDS)
        bar.update(found.answered - bar.n)
    show(out, found)
    if found.run.status in {RunStatus.FAILED, RunStatus.PAUSED}:
        raise CommandError(f"{found.run.execution.error}: {found.run.execution.cause}")


def show(out: Out, found: Status) -> None:
    run = found.run
    write = out.stdout.write
    write(f"run       {run.id}, period {run.period}, {run.status.value}")
    write(f"state     {headline(found)}")
    if run.time_scale != 1:
        write(f"scale     waits last {run.time_scale} of their real time")
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


def headline(found: Status) -> str:
    state = found.run.execution.state
    if found.next_attempt is None:
        return state
    left = max(0.0, (found.next_attempt - clock.now()).total_seconds())
    return f"{state}, goes on in {left:.0f} s"
