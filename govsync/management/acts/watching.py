"""A run on the screen until it ends: a bar on a terminal, else a line or an object per change."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol

from django.core.management.base import CommandError
from tqdm import tqdm

from govsync import services
from govsync.domain import RunStatus
from govsync.management.acts.common import Out
from govsync.management.acts.showing import (
    IN_TIME,
    MANAGE,
    by_state,
    failing,
    headline,
    is_down,
    punctual,
    seconds_until,
    show,
)
from govsync.serializers import runs as serializers
from govsync.services import Progress
from luca.kernel import clock, context
from luca.kernel.errors import Unavailable

LOOK_SECONDS = 1.0
INTERRUPTED = 130  # the exit code of a command that Ctrl-C has ended
BAR = "{percentage:3.0f}%|{bar:10}| {n_fmt} of {total_fmt}, {rate_fmt}{postfix}"


class View(Protocol):
    """Where a run is shown while it goes on."""

    def see(self, progress: Progress) -> None: ...


def tell(out: Out, options: dict[str, Any], run: str, said: str) -> None:
    """Say what was done to a run, and follow it if that was asked for."""
    as_json = bool(options.get("json"))
    if not as_json:
        out.stdout.write(said)
    if options["watch"]:
        watch(out, run, as_json=as_json)
    elif as_json:
        show(out, services.progress(run), as_json=True)


def watch(out: Out, run: str, *, as_json: bool = False) -> None:
    """Follow a run to its end; fail if it does."""
    try:
        with _view(out, as_json=as_json) as view:
            for progress in _looks(out, run):
                view.see(progress)
    except KeyboardInterrupt:
        again = f"{MANAGE} status --school {context.school()} --run {run} --watch"
        out.stderr.write(f"The run goes on without you. To follow it again: {again}")
        raise SystemExit(INTERRUPTED) from None
    if not as_json:
        show(out, progress)
    ended = progress.status.run
    if ended.status in {RunStatus.FAILED, RunStatus.PAUSED}:
        raise CommandError(f"{ended.execution.error}: {ended.execution.cause}")


def _looks(out: Out, run: str) -> Iterator[Progress]:
    """A run again and again, the last time when it has ended."""
    silent = False
    while True:
        try:
            found = services.progress(run)
        except Unavailable:
            # Who follows a run for two days must not be thrown out by a store that pauses.
            if not silent:
                out.stderr.write("The store does not answer; the run is still followed.")
            silent = True
        else:
            silent = False
            yield found
            if found.status.run.status is not RunStatus.RUNNING:
                return
        _rest()


def _rest() -> None:
    time.sleep(LOOK_SECONDS)


@contextmanager
def _view(out: Out, *, as_json: bool) -> Iterator[View]:
    if as_json:
        yield Changes(out, _object)
    elif not sys.stderr.isatty():
        yield Changes(out, _line)
    else:
        with tqdm(unit=" records", bar_format=BAR, dynamic_ncols=True, file=sys.stderr) as bar:
            yield Bar(bar)


class Bar:
    """Redrawn at each look."""

    def __init__(self, bar: "tqdm[Any]") -> None:
        self._bar = bar
        self._began = False

    def see(self, progress: Progress) -> None:
        found = progress.status
        if not self._began:  # what was done before is no part of the rate
            self._bar.initial = self._bar.n = self._bar.last_print_n = found.answered
            self._began = True
        self._bar.total = found.snapshot  # unknown, while it is still being taken
        self._bar.update(found.answered - self._bar.n)
        self._bar.set_postfix_str("; ".join(_parts(progress)))


class Changes:
    """A line whenever something has changed: for a log, or for a program."""

    def __init__(self, out: Out, said: Callable[[Progress], str]) -> None:
        self._out = out
        self._said = said
        self._seen: Any = None

    def see(self, progress: Progress) -> None:
        if _changing(progress) != self._seen:
            self._seen = _changing(progress)
            self._out.stdout.write(self._said(progress))
            self._out.stdout.flush()  # whoever reads a pipe wants it now


def _line(progress: Progress) -> str:
    found = progress.status
    of = "?" if found.snapshot is None else str(found.snapshot)
    batches = f"batches: {by_state(found.batches)}"
    said = [f"{found.answered} of {of} records", batches, *_parts(progress)]
    return f"{clock.now():%Y-%m-%d %H:%M:%S}  {'; '.join(said)}"


def _object(progress: Progress) -> str:
    """As GET /govsync/runs/{id} answers."""
    return json.dumps(serializers.shown(progress))


def _changing(progress: Progress) -> tuple[Any, ...]:
    """What is news. The machine's states are not: a batch goes through eight in a second."""
    found = progress.status
    return (
        found.run.status,
        found.run.executions,
        found.snapshot,
        dict(found.batches),
        found.answered,
        is_down(progress),
        progress.hold,
        punctual(progress),
        found.balance,
    )


def _parts(progress: Progress) -> Iterator[str]:
    """Short, for a bar: state and next retry, the authority if it fails, the end."""
    yield headline(progress.status)
    if is_down(progress) and progress.closed_until is not None:
        yield f"breaker open, probe in {seconds_until(progress.closed_until)}"
    elif progress.failures:
        yield failing(progress)
    likely, deadline = progress.forecast.likely, _hour(progress.forecast.deadline)
    told = punctual(progress)
    if likely is None or told != IN_TIME:
        yield f"deadline {deadline} UTC: {told}"
    if likely is not None:
        yield f"ends {_hour(likely)} UTC"


def _hour(at: datetime) -> str:
    return f"{at:%H:%M}" if at.date() == clock.now().date() else f"{at:%d %b %H:%M}"
