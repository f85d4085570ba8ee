"""Results as the office corrects them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from grades import services
from grades.admin import places
from grades.domain import Change, Status
from grades.tests.cast import (
    ADA,
    AUTUMN,
    BLAS,
    CARLA,
    COURSE,
    EXAM,
    FIRST_B,
    MATHS,
    given,
)
from grades.tests.desk import (
    BOOK,
    CHOICE,
    MOST,
    RESULTS,
    calls,
    hidden,
    plain,
    result_of,
    whole,
)

if TYPE_CHECKING:
    from tenants.tests.desk import Office


def test_results_of_a_group_are_listed_by_pages(office: Office) -> None:
    given(ADA, 80)
    given(BLAS, 60)
    given(CARLA, 99)
    led = office.get(f"{BOOK}chooser/", {"list": "evaluation"})
    assert led["HX-Redirect"] == f"{RESULTS}?period=2026-1&subject=maths&group=1a"
    page = plain(office.text(RESULTS, CHOICE))
    assert calls(office) <= MOST, office.calls
    assert "Núñez Ada" in page
    assert "80 of 100" in page
    assert "Carla" not in page
    assert "Carla" in office.text(RESULTS, {**CHOICE, "group": FIRST_B})
    assert "Ortiz Blas" in office.text(RESULTS, {"student": BLAS})


def test_a_result_is_corrected_with_a_reason(office: Office) -> None:
    given(ADA, 80)
    page = office.text(result_of())
    assert calls(office) <= MOST, office.calls
    form = {
        **hidden(page),
        "status": "graded",
        "score": "90",
        "submitted_at_0": "",
        "submitted_at_1": "",
    }
    refused = office.post(result_of(), {**form, "reason": ""})
    assert refused.status_code == 200
    assert "This field is required" in refused.content.decode()
    assert office.post(result_of(), {**form, "score": "101", "reason": "x"}).status_code == 200
    answer = office.post(result_of(), {**form, "reason": "added wrongly"})
    back = f"{BOOK}?period=2026-1&subject=maths&group=1a#student-ada"
    assert (answer.status_code, answer["Location"]) == (302, back)
    now = services.evaluation(ADA, COURSE, EXAM)
    assert (now.score, now.version, now.reason) == (Decimal(90), 2, "added wrongly")
    past = plain(office.text(result_of().replace("/change/", "/history/")))
    assert "Graded, 90 points. Reason: added wrongly" in past


def test_two_who_correct_the_same_result_hear_of_each_other(office: Office) -> None:
    given(ADA, 80)
    page = office.text(result_of())
    services.correct(None, ADA, COURSE, EXAM, Change(Decimal(85)), reason="first", version=1)
    form = {
        **hidden(page),
        "status": "graded",
        "score": "90",
        "submitted_at_0": "",
        "submitted_at_1": "",
    }
    answer = office.post(result_of(), {**form, "reason": "second"})
    assert answer.status_code == 200
    assert "first" in plain(answer.content.decode())
    assert services.evaluation(ADA, COURSE, EXAM).score == Decimal(85)


@pytest.mark.parametrize("status", ["excused", "exempt", "missing", "pending"])
def test_a_result_gets_another_status(office: Office, status: str) -> None:
    given(ADA, 80)
    form = {
        **hidden(office.text(result_of())),
        "status": status,
        "submitted_at_0": "",
        "submitted_at_1": "",
    }
    answer = office.post(result_of(), {**form, "score": "", "reason": "was ill"})
    assert answer.status_code == 302
    assert services.evaluation(ADA, COURSE, EXAM).status == Status(status)


def test_an_empty_cell_leads_to_a_new_result(office: Office) -> None:
    given(BLAS, 60)
    page = whole(office, BOOK, CHOICE)
    cell = re.search(r'href="([^"]*)" aria-label="Núñez Ada, exam-1, nothing', page)
    assert cell
    address = cell[1].replace("&amp;", "&")
    form = {**hidden(office.text(address)), "status": "graded", "score": "75", "reason": ""}
    answer = office.post(address, {**form, "submitted_at_0": "", "submitted_at_1": ""})
    back = f"{BOOK}?period=2026-1&subject=maths&group=1a#student-ada"
    assert (answer.status_code, answer["Location"]) == (302, back)
    assert services.evaluation(ADA, COURSE, EXAM).score == Decimal(75)
    assert office.get(f"{RESULTS}add/").status_code == 403


def test_an_empty_cell_can_be_excused_at_once(office: Office) -> None:
    given(BLAS, 60)
    address = f"{RESULTS}add/?student={ADA}&assessment={EXAM}&subject={MATHS}&period={AUTUMN}"
    form = {**hidden(office.text(address)), "status": "excused", "score": ""}
    form |= {"submitted_at_0": "", "submitted_at_1": ""}
    assert office.post(address, {**form, "reason": ""}).status_code == 200
    assert office.post(address, {**form, "reason": "was ill"}).status_code == 302
    assert services.evaluation(ADA, COURSE, EXAM).status is Status.EXCUSED


def test_a_result_is_taken_back_with_a_reason_and_once(office: Office) -> None:
    given(ADA, 80)
    address = places.screen("evaluation_void", places.of_evaluation(ADA, COURSE, EXAM))
    form = hidden(office.text(address))
    assert office.post(address, {**form, "reason": ""}).status_code == 200
    for _ in range(2):
        assert office.post(address, {**form, "reason": "wrong student"}).status_code == 302
    now = services.evaluation(ADA, COURSE, EXAM)
    assert (now.status, now.version) == (Status.MISSING, 2)


def test_a_result_counts_in_another_category(office: Office) -> None:
    given(ADA, 80)
    address = places.screen("evaluation_move", places.of_evaluation(ADA, COURSE, EXAM))
    form = hidden(office.text(address))
    bad = office.post(address, {**form, "category": "no such!", "reason": "agreed"})
    assert bad.status_code == 200
    answer = office.post(address, {**form, "category": "project", "reason": "agreed"})
    assert answer.status_code == 302
    assert services.evaluation(ADA, COURSE, EXAM).moved_to == "project"


def test_a_grade_of_a_closed_period_is_corrected_with_a_reason(office: Office) -> None:
    given(ADA, 80)
    services.consolidate(AUTUMN, close=True)
    form = {**hidden(office.text(result_of())), "status": "graded", "score": "90"}
    form |= {"submitted_at_0": "", "submitted_at_1": "", "reason": "appeal"}
    assert office.post(result_of(), form).status_code == 302
    assert services.evaluation(ADA, COURSE, EXAM).score == Decimal(90)


def test_what_somebody_corrected_meanwhile_is_not_taken_back(office: Office) -> None:
    given(ADA, 80)
    address = places.screen("evaluation_void", places.of_evaluation(ADA, COURSE, EXAM))
    form = hidden(office.text(address))
    services.correct(None, ADA, COURSE, EXAM, Change(Decimal(85)), reason="first", version=1)
    answer = office.post(address, {**form, "reason": "wrong student"})
    assert answer.status_code == 200
    assert "The result is of version 2 by now" in answer.content.decode()
    assert services.evaluation(ADA, COURSE, EXAM).score == Decimal(85)
