"""One load from beginning to end: read, check, survey, write, send, report."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from luca.demo.oulad import events, mapping, reading, tables
from luca.demo.oulad.loading import Counts, Loading
from luca.demo.oulad.skips import Skips
from luca.demo.oulad.tables import BadFiles

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from luca.demo.oulad.domain import Key
    from luca.demo.oulad.events import Survey
    from luca.demo.oulad.reading import Data

STEPS = ("people", "evaluations", "events")


class Bar(Protocol):
    """What is needed of a progress bar."""

    def update(self, n: float | None = 1) -> Any: ...


class Bars(Protocol):
    """Makes a progress bar: name, total, unit."""

    def __call__(self, name: str, total: int, unit: str) -> AbstractContextManager[Bar]: ...


@dataclass(frozen=True, slots=True)
class Options:
    """What to load. `events` None means those of every presentation."""

    directory: Path
    modules: tuple[str, ...] = ()
    presentations: tuple[str, ...] = ()
    events: tuple[str, ...] | None = None
    steps: tuple[str, ...] = STEPS
    dry_run: bool = False


@dataclass(slots=True)
class Report:
    """What was read, written, there already, and left out."""

    data: Data
    counts: Counts
    surveys: dict[Key, Survey]
    events_sent: int
    events_known: list[Key]
    dry_run: bool
    seconds: float

    @property
    def ungraded(self) -> int:
        return self.data.skips.count(reading.NOT_GRADED)

    def as_dict(self) -> dict[str, Any]:
        counts = self.counts
        return {
            "dry_run": self.dry_run,
            "schools": len(self.data.schools()),
            "presentations": len(self.data.presentations),
            "students": sum(
                len({one for p in found for one in p.enrolled})
                for found in self.data.schools().values()
            ),
            "enrolments": sum(
                len(p.enrolled) * len(mapping.subjects(p)) for p in self.data.presentations.values()
            ),
            "groups": counts.groups,
            "rows": self.data.rows,
            "scores": sum(len(p.scores) for p in self.data.presentations.values()),
            "evaluations_stored": counts.evaluations_stored,
            "evaluations_unchanged": counts.evaluations_unchanged,
            "ungraded": self.ungraded,
            "events": {
                str(key): {"rows": one.rows, "clicks": one.clicks}
                for key, one in sorted(self.surveys.items())
                if one.rows
            },
            "events_sent": self.events_sent,
            "events_there_already": [str(key) for key in self.events_known],
            "skipped": [
                {
                    "table": cause.table,
                    "reason": cause.reason,
                    "count": cause.count,
                    "examples": cause.examples,
                }
                for cause in self.data.skips
            ],
            "seconds": round(self.seconds, 1),
        }

    def lines(self) -> list[str]:
        found = self.as_dict()
        rows = sum(one.rows for one in self.surveys.values())
        done = "Would load" if self.dry_run else "Loaded"
        first = (
            f"{done} {found['schools']} schools, {found['presentations']} presentations, "
            f"{found['students']:,} students, {found['enrolments']:,} enrolments, "
            f"{found['scores']:,} scores and {rows:,} events in {self.seconds:.1f} s."
        )
        lines = [first]
        if not self.dry_run:
            lines += self._written()
        if not len(self.data.skips):
            return [*lines, "Nothing was left out."]
        return [*lines, "Left out:", *(f"  {cause}" for cause in self.data.skips)]

    def _written(self) -> list[str]:
        counts = self.counts
        stored, known = counts.evaluations_stored, counts.evaluations_unchanged
        lines = [
            f"Evaluations: {stored:,} stored, {known:,} there already.",
            f"Events: {self.events_sent:,} sent to the queue; the consumer stores them.",
        ]
        if self.events_known:
            names = ", ".join(str(key) for key in self.events_known)
            lines.append(f"Events of {names} were sent already and were not sent again.")
        return lines


def run(options: Options, bars: Bars) -> Report:
    """Load what the options say; nothing is written before everything was read once."""
    began = time.monotonic()
    wanted = reading.Wanted(_folded(options.modules), _folded(options.presentations))
    data = reading.read(tables.find(options.directory), Skips(), wanted)
    if not data.presentations:
        raise BadFiles("No presentation is left to load: check --modules and --presentations.")
    surveys = _survey(data, options, bars)
    loading = Loading(data)
    sending = None if options.dry_run else _write(data, loading, surveys, options, bars)
    return Report(
        data=data,
        counts=loading.counts,
        surveys=surveys,
        events_sent=sending.sent if sending else 0,
        events_known=sending.known if sending else [],
        dry_run=options.dry_run,
        seconds=time.monotonic() - began,
    )


def chosen(data: Data, names: tuple[str, ...] | None) -> frozenset[Key]:
    """The presentations whose clicks are wanted: all, or those named `2013J` or `AAA-2013J`."""
    if names is None:
        return frozenset(data.presentations)
    found: set[Key] = set()
    for name in names:
        matching = {key for key in data.presentations if _is_named(key, name)}
        if not matching:
            raise BadFiles(f"There is no presentation {name} whose events could be loaded.")
        found |= matching
    return frozenset(found)


def _survey(data: Data, options: Options, bars: Bars) -> dict[Key, Survey]:
    keys = chosen(data, options.events) if "events" in options.steps else frozenset()
    if not keys:
        return {}
    if not data.folder.has(tables.CLICKS):
        data.skips.add("studentVle.csv", "the file is not there", "nothing was read from it")
        return {}
    with bars("reading clicks", 0, "rows") as bar:
        return events.survey(data, keys, bar.update)


def _write(
    data: Data, loading: Loading, surveys: dict[Key, Survey], options: Options, bars: Bars
) -> events.Sending:
    found = data.presentations.values()
    if "people" in options.steps:
        with bars("people", sum(len(p.enrolled) for p in found), "enrolments") as bar:
            loading.people(bar.update)
    if "evaluations" in options.steps:
        with bars("evaluations", sum(len(p.scores) for p in found), "scores") as bar:
            loading.evaluations(bar.update)
    sending = events.Sending(data, loading.find_first_days())
    with bars("events", sum(one.rows for one in surveys.values()), "events") as bar:
        sending.run(surveys, bar.update)
    return sending


def _folded(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(name.casefold() for name in names)


def _is_named(key: Key, name: str) -> bool:
    wanted = name.casefold()
    return wanted in {key.code.casefold(), f"{key.module}-{key.code}".casefold()}
