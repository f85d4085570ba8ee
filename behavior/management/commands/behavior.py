"""The operator's hand on the queue of events: `manage.py behavior status|letters|redrive`."""

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from behavior import services
from behavior.domain import REASONS
from behavior.services import Pace, Refused, Status, Wanted
from luca.kernel.errors import LucaError
from luca.kernel.ids import check_school
from luca.telemetry import hashed

SHOWN = 3  # students and types of one letter
MANY = 50  # letters that are listed unless asked for more


class Command(BaseCommand):
    help = "Shows the queue of behaviour events and its dead letters, and sends these again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        status = acts.add_parser("status", help="what waits, and what was refused for which reason")
        status.add_argument("--by-school", action="store_true", help="reasons of each school")
        letters = acts.add_parser("letters", help="dead letters, the oldest first")
        redrive = acts.add_parser("redrive", help="send dead letters to the queue again")
        for one in (letters, redrive):
            one.add_argument("--reason", choices=REASONS, default="", help="only this one")
        letters.add_argument("--limit", type=_whole, default=MANY, help=f"default: {MANY}")
        redrive.add_argument("--limit", type=_whole, default=0, help="letters; default: all")
        redrive.add_argument("--rate", type=_rate, default=0, help="letters a second, as 5 or 5/s")
        redrive.add_argument("--dry-run", action="store_true", help="say what would go")
        redrive.add_argument("--no-progress", action="store_true", help="no progress bar")
        for one in (status, letters, redrive):
            one.add_argument("--school", type=_school, help="only this one's letters")
        for one in (status, letters):
            one.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        act: Callable[[dict[str, Any]], None] = getattr(self, f"_{options['act']}")
        try:
            act(options)
        except LucaError as error:
            raise CommandError(str(error)) from error

    def _status(self, options: dict[str, Any]) -> None:
        found = services.status(options["school"] or "")
        if options["json"]:
            self.stdout.write(json.dumps(asdict(found)))
            return
        self.stdout.write(f"{'messages waiting':<18}{found.waiting:>9}")
        self.stdout.write(f"{'messages in work':<18}{found.in_flight:>9}")
        self.stdout.write(f"{'oldest waits':<18}{_age(found.oldest_seconds):>9}")
        self.stdout.write(f"{'dead letters':<18}{found.dead:>9}")
        self._reasons(found, by_school=options["by_school"])

    def _reasons(self, found: Status, *, by_school: bool) -> None:
        lines = _summed(found.letters, by_school=by_school)
        width = max((len(place) for place, _, _ in lines), default=0)
        for place, messages, events in lines:
            shown = f"{_many(messages, 'letter'):<12} {_many(events, 'event')}"
            self.stdout.write(f"  {place:<{width}}  {shown}")
        if not found.whole:
            self.stdout.write("The reasons are those of a sample: there are more letters.")

    def _letters(self, options: dict[str, Any]) -> None:
        for one in services.dead_letters(_wanted(options), options["limit"]):
            line: dict[str, str | int | list[str]] = {
                "when": _moment(one.when),
                "school": one.school or "-",
                "students": sorted({hashed(each.student) or "" for each in one.contents}),
                "types": sorted({each.type or "?" for each in one.contents}),
                "events": one.events,
                "reasons": sorted(one.codes),
                "reason": one.reason,
            }
            words = "  ".join(map(_word, line.values()))
            self.stdout.write(json.dumps(line) if options["json"] else words)

    def _redrive(self, options: dict[str, Any]) -> None:
        pace = Pace(options["limit"], options["rate"])
        quiet = options["no_progress"] or not sys.stderr.isatty()
        with tqdm(unit="letter", disable=quiet, leave=False, file=sys.stderr) as bar:
            done = services.redrive(
                _wanted(options), pace, dry_run=options["dry_run"], moved=bar.update
            )
        verb = "would go" if options["dry_run"] else "went"
        reasons = ", ".join(f"{n} {code}" for code, n in sorted(done.by_reason.items()))
        what = f"{_many(done.letters, 'letter')} with {_many(done.events, 'event')}"
        what = f"{what} {verb} to the queue again"
        self.stdout.write(f"{what} ({reasons})." if reasons else f"{what}.")
        if done.failure:
            raise CommandError(f"Not all of them: {done.failure} Nothing is lost; run it again.")
        if not done.whole:
            raise CommandError("There are more letters than one walk looks at; run it again.")


def _summed(letters: Iterable[Refused], *, by_school: bool) -> list[tuple[str, int, int]]:
    messages: Counter[str] = Counter()
    events: Counter[str] = Counter()
    for one in letters:
        place = f"{one.school or '-'} {one.reason}" if by_school else one.reason
        messages[place] += one.messages
        events[place] += one.events
    return [(place, messages[place], events[place]) for place in sorted(messages)]


def _wanted(options: dict[str, Any]) -> Wanted:
    return Wanted(options["reason"], options["school"] or "")


def _many(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _word(value: str | int | list[str]) -> str:
    """One column of a line; of many students or types the first few."""
    if not isinstance(value, list):
        return str(value)
    more = [f"+{len(value) - SHOWN}"] if len(value) > SHOWN else []
    return ",".join(value[:SHOWN] + more) or "-"


def _age(seconds: int | None) -> str:
    return "unknown" if seconds is None else f"{seconds} s"


def _moment(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="seconds")


def _whole(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise ArgumentTypeError("a whole number from 1 is wanted")
    return int(text)


def _rate(text: str) -> float:
    try:
        found = float(text.removesuffix("/s"))
    except ValueError:
        found = 0
    if not 0 < found < float("inf"):
        raise ArgumentTypeError("a number above 0 is wanted, as 5 or 0.5/s")
    return found


def _school(text: str) -> str:
    try:
        return check_school(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from error
