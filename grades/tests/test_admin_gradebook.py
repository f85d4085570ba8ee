"""The gradebook as the office sees it, and who sees it."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from grades import services
from grades.admin import places
from grades.domain import Assessment, Change
from grades.tests.cast import (
    ADA,
    AUTUMN,
    BLAS,
    COURSE,
    DARIO,
    ESSAY,
    EXAM,
    FIRST_A,
    MATHS,
    given,
)
from grades.tests.desk import (
    ASKED,
    BOOK,
    CHOICE,
    GRADES,
    IN_COURSE,
    MOST,
    RESULTS,
    calls,
    plain,
    result_of,
    whole,
)
from luca.aws import store
from luca.aws.audit import Action, AuditItem, day
from luca.kernel import clock, context
from luca.kernel.ids import StudentId
from tenants import services as tenants
from tenants.domain import Enrolment, Student

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenants.tests.desk import Office


def test_the_office_sees_who_stands_where(office: Office) -> None:
    given(ADA, "87.5")
    given(BLAS, 60, ESSAY)
    services.consolidate()
    services.excuse(None, ADA, COURSE, ESSAY, reason="ill", version=0)
    services.correct(None, ADA, COURSE, EXAM, Change(Decimal(90)), reason="added", version=1)
    page = whole(office, BOOK, CHOICE)
    ada, blas = (re.sub(r"\s+", " ", one) for one in page.split("<tr id=")[1:3])
    assert "Núñez Ada" in ada
    assert re.search(
        r'gb-excused">\s*<a href="[^"]*" aria-label="Núñez Ada, essay, Excused">Excu', ada
    )
    assert re.search(r'gb-graded">\s*<a href="[^"]*" aria-label="Núñez Ada, exam-1, 90">90', ada)
    assert re.search(r'gb-number">87.5.*gb-number">90.0<small>2 new', ada)  # final, provisional
    assert "Ortiz Blas, exam-1, nothing is recorded" in blas
    assert result_of() in ada


def test_what_is_late_or_missing_is_said_in_words(office: Office) -> None:
    yesterday = clock.now() - timedelta(days=1)
    asked = [
        Assessment(EXAM, type="exam", due=yesterday),
        Assessment(ESSAY, type="exam", name="Ensayo"),
    ]
    services.save_assessments(MATHS, AUTUMN, asked)
    given(ADA, 70)
    change = Change(Decimal(70), submitted_at=clock.now())
    services.correct(None, ADA, COURSE, EXAM, change, reason="a day late", version=1)
    page = whole(office, BOOK, CHOICE)
    assert 'aria-label="Núñez Ada, exam-1, 70, late"' in page
    assert 'aria-label="Ortiz Blas, exam-1, nothing is recorded">Missing' in page
    assert 'gb-none">' in page


def test_a_page_of_the_gradebook_needs_four_calls(office: Office) -> None:
    given(ADA, 80)
    office.get(BOOK, CHOICE)  # what is remembered is remembered by now
    page = whole(office, BOOK, CHOICE)
    assert "Núñez Ada" in page
    assert calls(office) <= MOST, office.calls


def test_a_class_is_shown_by_pages(office: Office) -> None:
    ids = [StudentId(f"s{n:03d}") for n in range(44)]
    tenants.add_students([Student(one, "Ana", f"Zeta {n:03d}") for n, one in enumerate(ids)])
    tenants.enrol(MATHS, AUTUMN, [Enrolment(one, FIRST_A) for one in ids])
    first = whole(office, BOOK, CHOICE)
    onwards = re.search(r'rel="next"[^>]*href="([^"]*)"', first)
    assert onwards
    second = whole(office, BOOK + onwards[1].replace("&amp;", "&"))
    assert ("Zeta 043" in first, "Zeta 043" in second) == (False, True)
    assert "Núñez Ada" not in second
    back = re.search(r'rel="prev"[^>]*href="([^"]*)"', second)
    assert back
    assert "Núñez Ada" in whole(office, BOOK + back[1].replace("&amp;", "&"))


def test_what_is_not_chosen_is_the_usual_and_what_nobody_has_is_not_taken(office: Office) -> None:
    for choice in ({}, {"period": "1999", "subject": "<b>", "group": "1z"}):
        page = whole(office, BOOK, choice)
        assert re.search(rf'value="{AUTUMN}" selected', page)
        assert "Núñez Ada" in page
        assert "<b>" not in page


def test_a_school_without_courses_is_told_what_to_do(
    school: str, office_of: Callable[..., Office]
) -> None:
    browser = office_of(school, "school_admin")
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert "enrol a group in a subject first" in browser.text(BOOK)


def test_a_cursor_of_another_school_shows_the_first_page(
    office: Office, south: str, office_of: Callable[..., Office]
) -> None:
    with context.entered(school=south):
        ids = [StudentId(f"s{n:03d}") for n in range(44)]
        tenants.add_students([Student(one, "Ana", "Zeta") for one in ids])
        tenants.enrol(MATHS, AUTUMN, [Enrolment(one, FIRST_A) for one in ids])
    there = whole(office_of(south, "school_admin"), BOOK, CHOICE)
    onwards = re.search(r'rel="next"[^>]*href="([^"]*)"', there)
    assert onwards
    page = whole(office, BOOK + onwards[1].replace("&amp;", "&"))
    assert "That page is gone" in page
    assert "Núñez Ada" in page


def test_the_gradebook_is_taken_as_a_file_without_formulas(office: Office) -> None:
    tenants.add_students([Student(ADA, "Ada", "=1+1")])
    given(ADA, 80)
    answer = office.get(f"{BOOK}csv/", CHOICE)
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="maths-2026-1')
    assert "ada,'=1+1 Ada,80" in answer.content.decode()
    assert office.get(f"{BOOK}xlsx/", CHOICE).content[:2] == b"PK"
    entries = store.every(AuditItem, day(clock.now().date()), consistent=True)
    assert [one.action for one in entries].count(Action.GRADES_EXPORTED.value) == 2


@pytest.mark.parametrize("group", ["teacher", "platform_admin", "gov_operator", "student"])
@pytest.mark.parametrize(
    "path",
    [BOOK, f"{BOOK}csv/", f"{BOOK}chooser/?list=grade", RESULTS, ASKED, GRADES],
)
def test_only_the_school_s_admin_sees_grades(
    north: str, office_of: Callable[..., Office], group: str, path: str
) -> None:
    given(ADA, 80)
    answer = office_of(north, group).get(path)
    assert answer.status_code in {302, 403}
    assert "Ada" not in answer.content.decode()


def test_nothing_of_another_school_is_seen(
    office: Office, south: str, office_of: Callable[..., Office]
) -> None:
    with context.entered(school=south):
        given(DARIO, 33)
        services.consolidate()
    there = office_of(south, "school_admin")
    assert "Darío" in whole(there, BOOK, CHOICE)
    for path, choice in ((BOOK, CHOICE), (RESULTS, CHOICE), (GRADES, IN_COURSE)):
        assert "Darío" not in whole(office, path, choice)
    for path in (result_of(DARIO), places.link("grade_change", places.of_grade(DARIO, COURSE))):
        answer = office.get(path)
        assert answer.status_code in {302, 404}
        assert "Darío" not in answer.content.decode()
        assert there.get(path).status_code == 200


def test_the_office_reads_it_in_its_own_language(office: Office) -> None:
    given(ADA, 80)
    services.excuse(None, BLAS, COURSE, EXAM, reason="ill", version=0)
    page = plain(whole(office, BOOK, CHOICE, headers={"accept-language": "es"}))
    assert "Libro de calificaciones" in page
    assert "Justificada" in page
    assert not re.search(r"\b(?:Student|Download|Excused|Final grade)\b", page)
