"""What students really clicked, counted by Luca and by somebody else: equal to the last click.

The folder `oracle` beside the public data was computed with other tools from the same tables.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings

from behavior import rules, services
from behavior.domain import Event, Happening, Origin
from lake import services as lake
from lake.tests import filling
from luca.demo.oulad import mapping, reading, tables
from luca.demo.oulad.domain import Key
from luca.demo.oulad.skips import Skips
from luca.kernel import clock, context, days
from luca.kernel.ids import GroupId, SchoolId, StudentId
from luca.kernel.iterate import chunks
from tenants import services as tenants
from tenants.domain import Group, School, Student

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from luca.demo.oulad.domain import Click

DATA = Path(__file__).parents[1] / ".." / "shared" / "data"
ORACLE = DATA / "oracle"
pytestmark = pytest.mark.skipif(
    not (DATA / "oulad").is_dir() or not ORACLE.is_dir(),
    reason="../shared/data/oulad and ../shared/data/oracle are not beside this checkout",
)
KEY = Key("AAA", "2013J")
NOW = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)
OPENING = -10  # the day on which the course was opened to its students, before it began
CLASS = GroupId("2013j")
EVERY = 12  # of the students one lies in the lake with all clicks


@dataclass(frozen=True)
class Real:
    """The clicks of one presentation, which ends today."""

    first: date
    enrolled: list[str]
    clicks: list[Click]
    sites: dict[str, str]

    def sent(self, click: Click) -> dict[str, Any]:
        return {
            "type": self.kind(click),
            "student": click.student,
            "time": self.time(click),
            "quantity": click.clicks,
            "event_id": mapping.event_id(click, self.first),
        }

    def kind(self, click: Click) -> str:
        return mapping.event_type(self.sites.get(click.site, ""))

    def time(self, click: Click) -> str:
        return clock.stamp(mapping.day_of(self.first, click.day))

    def store(self, clicks: Iterable[Click]) -> None:
        origin = Origin(context.school(), "operator", "oulad", NOW, backfill=True)
        for some in chunks(map(self.sent, clicks), rules.MOST_EVENTS):
            found = rules.read(json.dumps(some).encode(), origin)
            services.store(one for one in found if isinstance(one, Event))

    def fill(self, clicks: Iterable[Click]) -> None:
        """Lay clicks into the lake; a tenth twice, as where its writer was killed."""
        rows = filling.written(
            (
                filling.event(
                    click.student,
                    self.kind(click),
                    self.time(click),
                    click.clicks,
                    event_id=mapping.event_id(click, self.first),
                )
                for click in clicks
            ),
            NOW,
        )
        filling.store(rows)
        filling.store(rows[::10], "once-more")

    def day(self, row: dict[str, str], name: str) -> date:
        return self.first + timedelta(days=int(row[name]))


@pytest.fixture(scope="module")
def real() -> Real:
    wanted = reading.Wanted(frozenset({KEY.module.casefold()}), frozenset({KEY.code.casefold()}))
    data = reading.read(tables.find(DATA / "oulad"), Skips(), wanted)
    presentation = data.presentations[KEY]
    return Real(
        mapping.starts(presentation, TODAY),
        sorted(presentation.enrolled),
        list(reading.clicks(data, frozenset({KEY}))),
        presentation.sites,
    )


@pytest.fixture
def academy(school: str) -> Iterator[str]:
    with clock.stopped(NOW):
        tenants.create_school(School(SchoolId(school), "Academia"))
        yield school


@pytest.fixture
def cold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A school's lake, which is empty."""
    monkeypatch.setattr(settings, "LAKE_FOLDER", str(tmp_path / "lake"))
    monkeypatch.setattr(tenants, "school_zone", lambda: mapping.ZONE)
    with context.entered(school="aaa"), clock.stopped(NOW):
        yield


def asked(query: str) -> list[dict[str, Any]]:
    found = lake.ask(query, {})
    return [dict(zip(found.columns, row, strict=True)) for row in found.rows]


def published(name: str) -> list[dict[str, str]]:
    packed = (ORACLE / name).read_bytes()
    text = gzip.decompress(packed) if name.endswith(".gz") else packed
    rows = csv.DictReader(text.decode().splitlines())
    return [row for row in rows if Key(row["code_module"], row["code_presentation"]) == KEY]


def by_days(student: StudentId, since: date) -> dict[date, rules.Activity]:
    """Every day from `since` on, a month after the other: each is asked for as if it were then."""
    found: dict[date, rules.Activity] = {}
    last = TODAY
    while last >= since:
        with clock.stopped(NOW - (TODAY - last)):
            found |= dict(services.student_days(student).days)
        last -= timedelta(days=30)
    return found


@pytest.mark.usefixtures("academy")
def test_the_days_of_students_are_those_of_the_published_table(real: Real) -> None:
    """The least active, one in the middle, and the most active of all."""
    rows = sorted(published("behaviour_by_student.csv.gz"), key=lambda row: int(row["n_rows"]))
    kinds: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    for row in published("behaviour_by_student_activity.csv.gz"):
        counted = int(row["n_rows"]), int(row["sum_click"])
        kinds[row["id_student"]][row["activity_type"]] = counted
    chosen = {row["id_student"]: row for row in (rows[0], rows[len(rows) // 2], rows[-1])}
    tenants.add_students(Student(StudentId(one), one) for one in chosen)
    real.store(click for click in real.clicks if click.student in chosen)

    for student, row in chosen.items():
        every = by_days(StudentId(student), real.first + timedelta(days=int(row["first_date"])))
        active = [(day - real.first).days for day, one in sorted(every.items()) if one.events]
        total = rules.together(every.values())
        assert (total.events, total.quantity) == (int(row["n_rows"]), int(row["sum_click"]))
        assert len(active) == int(row["n_distinct_days"])
        assert (active[0], active[-1]) == (int(row["first_date"]), int(row["last_date"]))
        assert {name: (one.events, one.quantity) for name, one in total.types.items()} == kinds[
            student
        ]


@pytest.mark.usefixtures("academy")
def test_the_day_of_a_class_of_hundreds_is_that_of_the_published_table(real: Real) -> None:
    everybody = [StudentId(one) for one in real.enrolled]
    tenants.add_group(Group(CLASS, "2013J"))
    tenants.add_students(Student(one, one) for one in everybody)
    tenants.add_members(CLASS, everybody)
    real.store(click for click in real.clicks if abs(click.day - OPENING) <= 1)  # and the day after

    found = services.class_day(CLASS, real.first + timedelta(days=OPENING))

    (row,) = [row for row in published("behaviour_daily.csv") if int(row["date"]) == OPENING]
    active = [student for student, own in found.members if own.events]
    assert len(found.members) == len(everybody)
    assert {
        "n_rows": str(found.total.events),
        "sum_click": str(found.total.quantity),
        "n_distinct_students": str(len(active)),
    } == {name: row[name] for name in ("n_rows", "sum_click", "n_distinct_students")}
    assert found.hours[0].events == found.total.events  # a click stands at its day's midnight


def test_every_day_of_the_course_sums_to_the_published_one(real: Real) -> None:
    count = max(click.day for click in real.clicks) - OPENING + 1
    last = real.first + timedelta(days=OPENING + count - 1)
    stretches = rules.Stretches(days.days(last, count, mapping.ZONE))
    for click in real.clicks:
        stretches.count(Happening(real.kind(click), real.time(click), click.clicks))

    table = {int(row["date"]): row for row in published("behaviour_daily.csv")}
    assert {
        n + OPENING: (part.events, part.quantity)
        for n, part in enumerate(stretches.parts)
        if part.events
    } == {day: (int(row["n_rows"]), int(row["sum_click"])) for day, row in table.items()}
    assert len(real.clicks) == sum(int(row["n_rows"]) for row in table.values()) == 180_982


@pytest.mark.usefixtures("cold")
def test_the_lake_knows_the_days_of_the_published_table(real: Real) -> None:
    real.fill(click for click in real.clicks if click.day < 0)

    assert {
        one["day"]: (one["events"], one["quantity"], one["students"])
        for one in asked("daily_summary")
    } == {
        real.day(row, "date").isoformat(): (
            int(row["n_rows"]),
            int(row["sum_click"]),
            int(row["n_distinct_students"]),
        )
        for row in published("behaviour_daily.csv")
        if int(row["date"]) < 0
    }
    assert asked("event_id_conflicts") == []  # to be written twice is none


@pytest.mark.usefixtures("cold")
def test_the_lake_knows_the_types_weeks_and_months_of_the_published_tables(real: Real) -> None:
    rows = published("behaviour_by_student.csv.gz")[::EVERY]
    chosen = {row["id_student"] for row in rows}
    first_days = [real.day(row, "first_date") for row in rows]
    types: dict[str, Counter[str]] = defaultdict(Counter)
    for row in published("behaviour_by_student_activity.csv.gz"):
        if row["id_student"] in chosen:
            counted = {"events": int(row["n_rows"]), "quantity": int(row["sum_click"])}
            types[row["activity_type"]].update(counted)
    real.fill(click for click in real.clicks if click.student in chosen)

    found: dict[str, Counter[str]] = defaultdict(Counter)
    for one in asked("events_by_month"):
        found[one["type"]].update({name: one[name] for name in ("events", "quantity")})
    weeks = {one["week"]: one["fresh"] for one in asked("weekly_active_students") if one["fresh"]}
    cohorts = [one for one in asked("cohorts") if one["months_later"] == 0]

    assert found == types
    assert weeks == Counter(str(one - timedelta(days=one.weekday())) for one in first_days)
    assert {one["cohort"]: one["students"] for one in cohorts} == Counter(
        one.isoformat()[:7] for one in first_days
    )
