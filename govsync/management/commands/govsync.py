"""The operator's hand on the sync: `manage.py govsync start|status|redrive|reconcile`."""

import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from govsync import services
from govsync.domain import RunStatus
from govsync.services import Status
from luca.kernel import clock, context
from luca.kernel.errors import LucaError
from luca.kernel.ids import PeriodId, SchoolId, check_school
from tenants import services as tenants

LOOK_SECONDS = 0.5


class Command(BaseCommand):
    help = "Sync a closed period's grades with the government, and see what became of each."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        start = acts.add_parser("start", help="freeze the pending grades of a period and send them")
        _common(start, changes=True)
        start.add_argument("--period", required=True)
        status = acts.add_parser("status", help="show a run; default: the last one")
        _common(status, changes=False)
        for name, text in (
            ("redrive", "send an ended run's dead batches again, under their keys"),
            ("reconcile", "read back and balance an ended run once more"),
        ):
            _common(acts.add_parser(name, help=text), changes=True)
        for name in ("status", "redrive", "reconcile"):
            acts.choices[name].add_argument("--run", help="default: the last one")
            acts.choices[name].add_argument("--period", help="the last run of this period")

    def handle(self, *args: Any, **options: Any) -> None:
        act: Callable[[dict[str, Any]], str] = getattr(self, f"_{options['act']}")
        try:
            with context.entered(school=_school(options["school"])):
                self._warn()
                run = act(options)
                if run and options["watch"]:
                    self._watch(run)
        except (LucaError, ValueError) as error:
            raise CommandError(str(error)) from error

    def _warn(self) -> None:
        if settings.GOVSYNC_TIME_SCALE != 1:
            self.stderr.write(f"Waits are scaled: GOVSYNC_TIME_SCALE={settings.GOVSYNC_TIME_SCALE}")

    def _start(self, options: dict[str, Any]) -> str:
        period = PeriodId(options["period"])
        if options["dry_run"]:
            found = services.preview(period)
            self.stdout.write(f"A run would send {_words(found)}.")
            return ""
        run = services.start(period)
        self.stdout.write(f"run {run.id} started")
        return str(run.id)

    def _status(self, options: dict[str, Any]) -> str:
        run = _run(options)
        if not options["watch"]:
            self._show(services.status(run))
        return run

    def _redrive(self, options: dict[str, Any]) -> str:
        run = _run(options)
        if options["dry_run"]:
            dead = services.dead(run)
            numbers = ", ".join(line.number for line in dead) or "none"
            self.stdout.write(f"run {run} would send {len(dead)} batches again: {numbers}")
            return ""
        self.stdout.write(f"run {run}: {services.redrive(run)} batches go again")
        return run

    def _reconcile(self, options: dict[str, Any]) -> str:
        run = _run(options)
        if options["dry_run"]:
            self._show(services.status(run))
            return ""
        services.reconcile(run)
        self.stdout.write(f"run {run} is read back once more")
        return run

    def _watch(self, run: str) -> None:
        """Follow a run to its end; fail if it does."""
        quiet = not sys.stderr.isatty()
        with tqdm(unit="record", disable=quiet, file=sys.stderr) as bar:
            while (found := services.status(run)).run.status is RunStatus.RUNNING:
                bar.total = found.snapshot or found.frozen or None
                bar.set_description(_headline(found))
                bar.update(found.answered - bar.n)
                time.sleep(LOOK_SECONDS)
            bar.update(found.answered - bar.n)
        self._show(found)
        if found.run.status is RunStatus.FAILED:
            raise CommandError(f"{found.run.execution.error}: {found.run.execution.cause}")

    def _show(self, found: Status) -> None:
        run = found.run
        self.stdout.write(f"run       {run.id}, period {run.period}, {run.status.value}")
        self.stdout.write(f"state     {_headline(found)}")
        if run.time_scale != 1:
            self.stdout.write(f"scale     waits last {run.time_scale} of their real time")
        taken = "still being taken" if found.snapshot is None else f"{found.snapshot} records"
        self.stdout.write(f"snapshot  {taken}")
        self.stdout.write(f"batches   {_words({s.value: n for s, n in found.batches.items()})}")
        self.stdout.write(f"records   {_words({s.value: n for s, n in found.records.items()})}")
        if found.balance is None:
            self.stdout.write("balance   not made yet")
        elif found.balance.balanced:
            self.stdout.write(f"balance   all {found.balance.snapshot} accounted for")
        else:
            self.stdout.write(f"balance   NO: {'; '.join(found.balance.differences)}")


def _common(parser: ArgumentParser, *, changes: bool) -> None:
    parser.add_argument("--school", required=True)
    parser.add_argument("--watch", action="store_true", help="follow it to its end")
    if changes:
        parser.add_argument("--dry-run", action="store_true", help="say what would happen")


def _school(name: str) -> SchoolId:
    school = check_school(name)
    if school not in {one.id for one in tenants.schools()}:
        raise CommandError(f"There is no school {name!r}.")
    return school


def _run(options: dict[str, Any]) -> str:
    run = options["run"]
    return run or str(services.latest(options["period"]).id)


def _headline(found: Status) -> str:
    state = found.run.execution.state
    if found.next_attempt is None:
        return state
    left = max(0.0, (found.next_attempt - clock.now()).total_seconds())
    return f"{state}, goes on in {left:.0f} s"


def _words(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in counts.items()) or "none"
