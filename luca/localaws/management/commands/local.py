"""All of Luca on this machine: `manage.py local up|down|status|reset|logs|traces|metrics`."""

import sys
import time
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from django.core.management.base import BaseCommand, CommandError

from luca.kernel import clock
from luca.localaws import traces
from luca.localaws.embedded import CannotStart
from luca.localaws.environment import NotProvisioned
from luca.localaws.eyes import page, summary, table
from luca.localaws.home import Claimed
from luca.localaws.provisioning import Drifted
from luca.localaws.stack import Stack, State

WATCHING = frozenset({"status", "logs", "traces", "metrics"})
LAST_LINES = 20
MOST_HOURS = 24 * 31
LOOK_SECONDS = 0.3
LOAD = ".venv/bin/python manage.py load_year  (makes two up, and says who may sign in)"


class Command(BaseCommand):
    help = "Start, stop and watch all of Luca on this machine, on an embedded AWS."
    requires_system_checks = ()  # it runs before there is anything to check

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--home", type=Path, help="default: LUCA_HOME or var/local")
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("up", help="start what does not run")
        acts.add_parser("down", help="stop all; the data stays")
        acts.add_parser("status", help="show every process")
        reset = acts.add_parser("reset", help="stop all and delete the data")
        reset.add_argument("--yes", action="store_true", help="do not ask")
        logs = acts.add_parser("logs", help="show the logs")
        logs.add_argument("name", nargs="?", help="one process instead of all")
        logs.add_argument("--follow", action="store_true", help="keep showing new lines")

        looks = acts.add_parser("traces", help="show where work spent its time")
        looks.add_argument(
            "id", nargs="?", default="", help="how its id, or an X-Correlation-ID, begins"
        )
        looks.add_argument("--last", type=int, default=3, metavar="N", help="how many (3)")
        looks.add_argument("--slow", action="store_true", help="those that took longest")
        looks.add_argument("--language", choices=sorted(traces.WORDS), default="en")

        seen = acts.add_parser("metrics", help="show what was measured, and what raises alarms")
        seen.add_argument("--hours", type=_hours, default=1.0, help="to look back (default: 1)")
        seen.add_argument("--page", type=Path, help="default: metrics.html of the home")

    def handle(self, *args: Any, **options: Any) -> None:
        act: Callable[[Stack, dict[str, Any]], None] = getattr(self, f"_{options['act']}")
        try:
            stack = Stack(options["home"])
            if options["act"] in WATCHING:
                act(stack, options)
            else:
                with stack.home.claimed():
                    act(stack, options)
        except (CannotStart, Claimed, Drifted, NotProvisioned) as error:
            raise CommandError(str(error)) from error
        except (BotoCoreError, ClientError) as error:
            raise CommandError(f"The embedded AWS refused its set-up: {error}") from error

    def _up(self, stack: Stack, options: dict[str, Any]) -> None:
        stack.up(self.stdout.write)
        self.stdout.write(
            f"Luca runs. API: {stack.url('api')}/docs  Logs: make logs  End: make down"
        )
        self.stdout.write(f"The school admin: {stack.url('api')}/admin/")
        self.stdout.write(f"No school yet? LUCA_HOME={_short(stack.home.path)} {LOAD}")
        self._mail(stack)

    def _down(self, stack: Stack, options: dict[str, Any]) -> None:
        stack.down(self.stdout.write)
        self.stdout.write(f"Luca is stopped; its data stays in {stack.home.path}.")

    def _status(self, stack: Stack, options: dict[str, Any]) -> None:
        states = list(stack.status())
        self.stdout.write(f"{'name':<10}{'pid':>8}  {'up since':<20}{'port':>6}  state")
        for state in states:
            self.stdout.write(_line(state))
        self._mail(stack)
        if not all(state.healthy for state in states):
            raise CommandError("Not everything runs; `make up` starts what does not.")

    def _mail(self, stack: Stack) -> None:
        self.stdout.write(f"Mail (invitations, codes): {stack.home.outbox}")
        self.stdout.write(f"Alerts (what SNS would tell people): {stack.home.alerts}")

    def _reset(self, stack: Stack, options: dict[str, Any]) -> None:
        if not options["yes"] and not self._agreed(stack):
            raise CommandError("Nothing was deleted.")
        stack.reset(self.stdout.write)
        self.stdout.write(f"{stack.home.path} is empty.")

    def _agreed(self, stack: Stack) -> bool:
        self.stdout.write(f"This deletes all data in {stack.home.path}. Type yes to go on: ")
        return sys.stdin.readline().strip() == "yes"

    def _logs(self, stack: Stack, options: dict[str, Any]) -> None:
        names = [program.name for program in stack.programs]
        if options["name"] is not None:
            if options["name"] not in names:
                raise CommandError(f"There is no {options['name']}; there are {', '.join(names)}.")
            names = [options["name"]]
        readers = [_Reader(name, stack.log(name)) for name in names]
        for reader in readers:
            self._show(reader.name, reader.last(LAST_LINES))
        while options["follow"]:
            for reader in readers:
                self._show(reader.name, reader.new())
            time.sleep(LOOK_SECONDS)

    def _traces(self, stack: Stack, options: dict[str, Any]) -> None:
        words = traces.WORDS[options["language"]]
        known = traces.gathered(stack.log(program.name) for program in stack.programs)
        found = [one for one in known.values() if traces.named(one, options["id"])]
        if not found:
            which = "unknown" if known and options["id"] else "none"
            raise CommandError(words[which].format(id=options["id"]))
        if options["slow"]:
            found.sort(key=lambda one: one.ms)
        for one in found[-max(1, options["last"]) :]:
            for line in traces.shown(one, known, options["language"]):
                self.stdout.write(line)

    def _metrics(self, stack: Stack, options: dict[str, Any]) -> None:
        found = summary.summarise(stack.home, clock.now(), options["hours"])
        for line in table.lines(found):
            self.stdout.write(line)
        target: Path = options["page"] or stack.home.path / "metrics.html"
        target.write_text(page.render(found), encoding="utf-8")
        self.stdout.write(f"The same with charts: {_short(target.resolve())}")

    def _show(self, name: str, lines: Iterator[str]) -> None:
        for line in lines:
            self.stdout.write(f"{name:<10}{line}")


class _Reader:
    """A log as it grows; one that does not exist yet is empty."""

    def __init__(self, name: str, file: Path) -> None:
        self.name, self.file = name, file
        self.at = 0
        self.rest = ""

    def last(self, count: int) -> Iterator[str]:
        yield from list(self.new())[-count:]

    def new(self) -> Iterator[str]:
        if self.file.exists():
            with self.file.open(encoding="utf-8", errors="replace") as stream:
                stream.seek(self.at)
                text = stream.read()
                self.at = stream.tell()
            *lines, self.rest = (self.rest + text).split("\n")
            yield from lines


def _hours(text: str) -> float:
    hours = float(text)
    if not 0 < hours <= MOST_HOURS:
        raise ArgumentTypeError(f"more than 0 and up to {MOST_HOURS}, not {text}")
    return hours


def _short(home: Path) -> str:
    here = Path.cwd()
    return str(home.relative_to(here) if home.is_relative_to(here) else home)


def _line(state: State) -> str:
    since = "-" if state.since is None else f"{datetime.fromtimestamp(state.since, UTC):%F %T}"
    word = "healthy" if state.healthy else "not healthy" if state.alive else "stopped"
    return f"{state.name:<10}{state.pid or '-':>8}  {since:<20}{state.port or '-':>6}  {word}"
