"""Real results out of the lake: the grades that somebody else worked out, as of before and after.

The folder `oracle` beside the public data was computed with other tools from the same tables.
"""

from __future__ import annotations

import csv
import gzip
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings

from grades import services as grades
from grades.domain import Change
from lake.services.rebuilding import rebuild
from lake.tests.watching import watch
from luca.demo.oulad import loading, mapping, reading, tables
from luca.demo.oulad.domain import Key
from luca.demo.oulad.reading import Wanted
from luca.demo.oulad.skips import Skips
from luca.kernel import context
from luca.kernel.ids import AssessmentId, PeriodId, StudentId, SubjectId
from tenants.domain import Course

if TYPE_CHECKING:
    from decimal import Decimal

    from lake.services.rebuilding import Report
    from luca.demo.oulad.domain import Presentation, Scored
    from luca.localaws.embedded import Embedded

DATA = Path(__file__).parents[1] / ".." / "shared" / "data"
ORACLE = DATA / "oracle"
pytestmark = pytest.mark.skipif(
    not (DATA / "oulad").is_dir() or not ORACLE.is_dir(),
    reason="../shared/data/oulad and ../shared/data/oracle are not beside this checkout",
)
KEY = Key("AAA", "2013J")
EVERY = 8  # of the students one is taken

Averages = dict[str, tuple[str, str]]  # of what was handed in, and with nothing for the rest


def published(students: set[str]) -> Averages:
    """What the oracle says of the coursework of some students."""
    with gzip.open(ORACLE / "consolidated.csv.gz", "rt", encoding="utf-8") as file:
        return {
            row["id_student"]: (row["cw_avg_submitted_1dp"], row["cw_avg_missing0_1dp"])
            for row in csv.DictReader(file)
            if (row["code_module"], row["code_presentation"]) == KEY
            and row["id_student"] in students
        }


def spelled(number: Decimal | None) -> str:
    return "" if number is None else str(number)


def rebuilt(report: Report, students: Averages) -> Averages:
    """What the lake gives for the coursework of those students."""
    return {
        str(one.student): (spelled(one.rebuilt.current), spelled(one.rebuilt.final))
        for one in report.judged
        if one.course.subject == mapping.coursework(KEY) and one.student in students and one.rebuilt
    }


def correct(one: Scored, course: Course) -> None:
    """Half of it was copied."""
    where = StudentId(one.student), course, AssessmentId(one.item)
    grades.correct(None, *where, Change(one.score / 2), reason="Copiado", version=1)


def few(presentation: Presentation) -> None:
    """Leave of the presentation one student of eight."""
    for number, student in enumerate(sorted(presentation.enrolled)):
        if number % EVERY:
            del presentation.enrolled[student]
    presentation.scores = {
        place: one
        for place, one in presentation.scores.items()
        if one.student in presentation.enrolled
    }


@pytest.mark.slow
def test_the_lake_gives_the_published_averages_also_after_corrections(
    aws: Embedded, school: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mapping, "school_id", lambda _: school)
    monkeypatch.setattr(settings, "LAKE_FOLDER", str(tmp_path))
    heard, wanted = watch(aws, school), Wanted(frozenset({"aaa"}), frozenset({"2013j"}))
    data = reading.read(tables.find(DATA / "oulad"), Skips(), wanted)
    few(data.presentations[KEY])
    load = loading.Loading(data)
    load.people(lambda _: None)
    load.evaluations(lambda _: None)
    coursework = SubjectId(mapping.coursework(KEY))
    with context.entered(school=school):
        grades.consolidate()
        before = heard.take()
        changed = list(data.presentations[KEY].scores.values())[:5]
        for one in changed:
            correct(one, Course(coursework, PeriodId(KEY.code)))
        grades.consolidate()
        heard.take()
        then, now = rebuild(before), rebuild(wait=0)

    oracle = published(set(data.presentations[KEY].enrolled))
    assert len(oracle) > 30
    assert then.differences == now.differences == []
    assert rebuilt(then, oracle) == oracle
    wrong = {who for who, averages in rebuilt(now, oracle).items() if averages != oracle[who]}
    assert wrong == {one.student for one in changed}
