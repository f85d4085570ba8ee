"""The made-up year: the same every time, and with everything that makes it hard."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from luca.demo import mexico
from luca.demo.names import Name, Names
from luca.demo.year import make
from luca.demo.year.domain import CourseKey, Role
from luca.kernel.ids import check_id, event_time

NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
MX = Path(__file__).parents[3] / ".." / "shared" / "data" / "mx"
needs_mx = pytest.mark.skipif(
    not MX.is_dir(), reason="../shared/data/mx is not beside this checkout: codes go unchecked"
)


def test_the_same_seed_and_the_same_moment_make_the_same_year() -> None:
    assert make(NOW) == make(NOW)
    assert make(NOW, seed=1) != make(NOW)


def test_there_are_two_schools_of_sixty_with_four_subjects_and_two_periods() -> None:
    for school in make(NOW).schools:
        assert len(school.students) == 60
        assert len(school.subjects) == 4
        assert len(school.courses) == 8
        assert {len(members) for members in school.groups.values()} == {20}
        assert set(Role) == {person.role for person in school.people.values()}


def test_students_ids_are_of_one_school_only() -> None:
    ours, theirs = ({student.id for student in school.students} for school in make(NOW).schools)
    assert not ours & theirs


def test_every_hard_case_happens() -> None:
    for school in make(NOW).schools:
        marks = [mark for sheet in school.sheets for mark in sheet.marks]
        assert any(mark.score == 0 for mark in marks)
        assert any(mark.excused for mark in marks)
        assert any(mark.corrected is not None for mark in marks)
        assert any(len(sheet.marks) < 20 for sheet in school.sheets)
        assert all(0 <= mark.score <= 100 for mark in marks)
        first = [sheet for sheet in school.sheets if sheet.course.period == "2026-1"]
        graded = {mark.student for sheet in first for mark in sheet.marks}
        assert len(graded) < 60, "somebody hands in nothing at all"


def test_one_course_of_the_second_school_carries_no_weight() -> None:
    weightless = [
        (place, key)
        for place, school in enumerate(make(NOW).schools)
        for key, course in school.courses.items()
        if not any(assessment.weight for assessment in course.assessments)
    ]
    assert weightless == [(1, CourseKey("historia", "2026-1"))]


def test_events_are_recent_and_their_ids_carry_their_time() -> None:
    for school in make(NOW).schools:
        ids = [one.id for happened in school.happenings.values() for one in happened]
        assert len(ids) == len(set(ids))
        for happened in school.happenings.values():
            for one in happened:
                assert NOW - timedelta(days=21) < one.at < NOW
                assert event_time(one.id) == one.at


def test_codes_and_ids_are_well_formed() -> None:
    for school in make(NOW).schools:
        assert mexico.CCT.fullmatch(school.cct)
        curps = [student.curp for student in school.students]
        assert len(curps) == len(set(curps))
        for person in school.people.values():
            check_id(person.id)
        for code in curps:
            assert mexico.CURP.fullmatch(code)
            assert code[-1] == mexico.check_digit(code[:-1])


def test_names_are_spanish_and_belong_to_their_seed() -> None:
    names = Names()
    first = names.of("aaa/11391", "M")
    assert names.of("aaa/28400", "F") != first
    assert Names().of("aaa/11391", "M") == first
    assert str(first).count(" ") >= 2


@pytest.mark.parametrize(
    ("name", "born", "sex", "state", "expected"),
    [
        # The worked example of the registry's own instructions, rude letters included.
        (
            Name("Concepción", "Salgado", "Briseño"),
            date(1956, 6, 26),
            "F",
            "DF",
            "SABC560626MDFLRN",
        ),
        (Name("María José", "Núñez", "de la O"), date(2013, 2, 3), "F", "MC", "NUOJ130203MMCXXS"),
    ],
)
def test_a_curp_follows_the_registry(
    name: Name, born: date, sex: str, state: str, expected: str
) -> None:
    assert mexico.curp(name, born, sex, state)[:16] == expected


@needs_mx
def test_published_curps_have_the_check_digit_that_is_computed() -> None:
    with (MX / "curp_vectors.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert rows
    for row in rows:
        assert mexico.check_digit(row["curp"][:17]) == row["computed_check_digit"]


@needs_mx
def test_real_school_codes_have_the_letter_that_is_computed() -> None:
    with (MX / "cct_sample.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert rows
    for row in rows:
        code = row["cct"]
        assert mexico.cct(int(code[:2]), code[2:5], int(code[5:9]))[-1] == row["letra_calculada"]
