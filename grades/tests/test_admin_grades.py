"""Assessments and grades as the office sees them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from grades import services
from grades.admin import places
from grades.domain import Assessment
from grades.tests.cast import (
    ADA,
    AUTUMN,
    COURSE,
    ESSAY,
    EXAM,
    MATHS,
    given,
)
from grades.tests.desk import (
    ASKED,
    BOOK,
    GRADES,
    IN_COURSE,
    MOST,
    calls,
    hidden,
    page_about,
    plain,
    result_of,
    whole,
)
from luca.kernel.ids import AssessmentId

if TYPE_CHECKING:
    from tenants.tests.desk import Office


def asked(**changed: Any) -> dict[str, Any]:
    return {
        "period": AUTUMN, "subject": MATHS, "key": "project", "name": "Proyecto", "type": "project",
        "category": "", "max": "20", "weight": "1", "due_0": "2026-12-01", "due_1": "18:00:00",
        "group": "", "published": "on", **changed,
    }  # fmt: skip


def test_an_assessment_is_made_changed_and_removed(office: Office) -> None:
    listed = office.get(f"{BOOK}chooser/", {"list": "assessment"})["HX-Redirect"]
    assert listed == f"{ASKED}?period=2026-1&subject=maths"
    add = f"{ASKED}add/?_changelist_filters=period%3D2026-1%26subject%3Dmaths"
    page = office.text(add)
    assert calls(office) <= MOST, office.calls
    assert re.search(r'value="2026-1" selected', page)
    assert office.post(add, {**hidden(page), **asked(max="0")}).status_code == 200
    assert office.post(add, {**hidden(page), **asked()}).status_code == 302
    project = AssessmentId("project")
    made = services.assessment(COURSE, project)
    assert (made.name, made.max, made.due) == (
        "Proyecto",
        Decimal(20),
        datetime(2026, 12, 2, tzinfo=UTC),  # six in the evening there
    )

    page = office.text(listed)
    assert calls(office) <= MOST, office.calls
    assert "Proyecto" in page
    form = hidden(office.text(page_about("change", project)))
    assert calls(office) <= MOST, office.calls
    answer = office.post(page_about("change", project), {**form, **asked(name="Proyecto final")})
    assert answer.status_code == 302
    assert services.assessment(COURSE, project).name == "Proyecto final"

    address = places.screen("assessment_remove", places.of_assessment(COURSE, project))
    form = hidden(office.text(address))
    assert office.post(address, {**form, "reason": "a double"}).status_code == 302
    assert "Proyecto" not in office.text(listed)


def test_what_was_done_to_an_assessment_is_told(office: Office) -> None:
    services.save_assessments(MATHS, AUTUMN, [Assessment(EXAM), Assessment(ESSAY)])
    services.change_assessment(COURSE, EXAM, {"weight": Decimal(2)}, version=1)
    past = plain(office.text(page_about("history")))
    assert calls(office) <= MOST, office.calls
    assert past.count("Defined or changed an assessment") == 2
    essay = plain(office.text(page_about("history", ESSAY)))
    assert essay.count("Defined or changed an assessment") == 1


def test_an_assessment_with_results_is_not_removed(office: Office) -> None:
    given(ADA, 80)
    address = places.screen("assessment_remove", places.of_assessment(COURSE, EXAM))
    answer = office.post(address, {**hidden(office.text(address)), "reason": "a double"})
    assert answer.status_code == 200
    assert "Students have results in this assessment" in answer.content.decode()
    assert services.assessment(COURSE, EXAM).id == EXAM


def test_two_who_change_an_assessment_hear_of_each_other(office: Office) -> None:
    services.save_assessments(MATHS, AUTUMN, [Assessment(AssessmentId("project"))])
    project = AssessmentId("project")
    form = hidden(office.text(page_about("change", project)))
    services.change_assessment(COURSE, project, {"weight": Decimal(2)}, version=1)
    mine = {**form, **asked(weight="1", max="100", type="general", due_0="", due_1="")}
    answer = office.post(page_about("change", project), mine)
    assert answer.status_code == 200
    assert "Somebody saved this record" in answer.content.decode()
    assert services.assessment(COURSE, project).weight == Decimal(2)


def test_grades_of_a_course_are_listed_with_who_has_none(office: Office) -> None:
    given(ADA, 80)
    services.consolidate()
    page = plain(office.text(GRADES, IN_COURSE))
    assert calls(office) <= MOST, office.calls
    assert re.search(r"Núñez Ada maths 80.0", page)
    assert "Ortiz Blas" in page
    assert "80.0" in office.text(GRADES, {"student": ADA})
    assert calls(office) <= MOST, office.calls


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_grade_is_explained_step_by_step(office: Office, language: str) -> None:
    given(ADA, 80)
    given(ADA, "45.5", ESSAY)
    services.consolidate()
    address = places.link("grade_change", places.of_grade(ADA, COURSE))
    page = office.get(address, headers={"accept-language": language}).content.decode()
    told = plain(page)
    assert "exam-1: 80 / 100 \N{MULTIPLICATION SIGN} 1" in told
    assert "1.255 ÷ 2" in told
    assert re.search(r"62.8", told)
    assert result_of() in page
    assert office.text(places.screen("grade_versions", places.of_grade(ADA, COURSE)))


def test_what_a_grade_does_not_know_yet_is_said(office: Office) -> None:
    given(ADA, 80)
    services.consolidate()
    given(ADA, 40, ESSAY)
    address = places.link("grade_change", places.of_grade(ADA, COURSE))
    assert "Something has changed since: with it the grade would be 60.0" in whole(office, address)
    assert "1.2 ÷ 2" in plain(whole(office, f"{address}?version=now"))
