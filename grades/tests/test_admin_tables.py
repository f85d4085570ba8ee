"""A gradebook that comes back as a table, and curves, as the office works with them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from grades import services
from grades.admin import places
from grades.domain import Change
from grades.tests.cast import ADA, BLAS, CARLA, COURSE, DARIO, EXAM, FIRST_A, given
from grades.tests.desk import BOOK, CHOICE, MOST, calls, hidden, plain, whole
from luca.kernel import context
from luca.kernel.ids import SubjectId
from tenants import services as tenants
from tenants.domain import Enrolment, Student

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenants.tests.desk import Office

UPLOAD = f"{BOOK}imports/?period=2026-1&subject=maths&group=1a"
ASSESSMENT = places.of_assessment(COURSE, EXAM)
CURVE, APPLY = (places.screen(f"assessment_{one}", ASSESSMENT) for one in ("curve", "apply_curve"))


def sent(office: Office, table: bytes) -> Any:
    form = hidden(office.text(UPLOAD))
    return office.post(UPLOAD, {**form, "table": SimpleUploadedFile("t.csv", table, "text/csv")})


@pytest.mark.parametrize(
    ("separator", "encoding"), [(",", "utf-8"), (";", "cp1252"), ("\t", "utf-8-sig")]
)
def test_a_table_is_compared_and_only_then_applied_and_undone(
    office: Office, separator: str, encoding: str
) -> None:
    given(ADA, 80)
    rows = ("Matrícula|Nombre|exam-1", "ada|Núñez Ada|90.5", "blas|Ortiz Blas|70", "nadie|X|1")
    table = "\r\n".join(rows).replace("|", separator).encode(encoding)
    diff = sent(office, table)["Location"]
    page = plain(office.text(diff))
    assert "New result: 1 Changed result: 1 Refused cell: 1 Same as stored: 0" in page
    assert re.search(r"Núñez Ada 2 exam-1 changed result 80 90.5 not applied yet", page)
    assert services.evaluation(ADA, COURSE, EXAM).score == Decimal(80)

    form = hidden(office.text(diff))
    office.post(diff, {**form, "some": "1", "cells": ["blas/exam-1"], "reason": "from paper"})
    assert services.evaluation(BLAS, COURSE, EXAM).score == Decimal(70)
    assert services.evaluation(ADA, COURSE, EXAM).score == Decimal(80)
    for _ in range(2):  # a double click
        answer = office.post(diff, {**form, "every": "1", "reason": "from paper"}, follow=True)
    assert "2 results were written" in answer.content.decode()
    assert services.evaluation(ADA, COURSE, EXAM).version == 2

    undo = f"{diff}undo/" if diff.endswith("/") else f"{diff}/undo/"
    answer = office.post(undo, {**hidden(office.text(undo)), "reason": "wrong group"}, follow=True)
    assert "undone" in plain(answer.content.decode())
    assert services.evaluation(ADA, COURSE, EXAM).score == Decimal(80)


def test_what_somebody_changed_meanwhile_stays(office: Office) -> None:
    given(ADA, 80)
    diff = sent(office, b"id,exam-1\nada,90\n")["Location"]
    services.correct(None, ADA, COURSE, EXAM, Change(Decimal(85)), reason="first", version=1)
    form = {**hidden(office.text(diff)), "every": "1", "reason": "from paper"}
    page = plain(office.post(diff, form, follow=True).content.decode())
    assert "somebody changed it meanwhile" in page
    assert services.evaluation(ADA, COURSE, EXAM).score == Decimal(85)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (b"nothing,at all\n1,2\n", "The table cannot be read"),
        (b"", "empty"),
        (b"x" * 1_010_000, "too large"),
        (b"PK\x03\x04\x14\x00\x06\x00 a spreadsheet's own", "The table cannot be read"),
    ],
)
def test_what_is_no_table_is_refused_in_words(office: Office, table: bytes, said: str) -> None:
    given(ADA, 80)
    answer = sent(office, table)
    assert answer.status_code == 200
    assert said in answer.content.decode()


def test_a_change_without_a_reason_or_a_cell_is_refused(office: Office) -> None:
    given(ADA, 80)
    diff = sent(office, b"id,exam-1\nada,90\n")["Location"]
    form = hidden(office.text(diff))
    for more in ({"every": "1", "reason": ""}, {"some": "1", "reason": "from paper"}):
        answer = office.post(diff, {**form, **more}, follow=True)
        assert re.search("needs a reason|at least one cell", answer.content.decode())
    assert services.evaluation(ADA, COURSE, EXAM).score == Decimal(80)


def test_another_school_s_table_is_not_found(
    office: Office, south: str, office_of: Callable[..., Office]
) -> None:
    with context.entered(school=south):
        given(DARIO, 33)
    there = office_of(south, "school_admin")
    diff = sent(there, b"id,exam-1\ndario,44\n")["Location"]
    assert "Darío" in there.text(diff)
    assert office.get(diff).status_code == 404
    assert office.post(diff, {"every": "1", "reason": "x"}).status_code == 404


# Curves


def wish(office: Office, **given: str) -> str:
    version = hidden(office.text(CURVE))["version"]
    query = "&".join(f"{name}={value}" for name, value in given.items())
    return f"{APPLY}?version={version}&{query}"


def test_a_curve_is_looked_at_applied_and_undone(office: Office) -> None:
    given(ADA, 80)
    given(BLAS, 40)
    given(CARLA, 60)
    preview = wish(office, kind="flat", amount="10")
    page = plain(office.text(preview))
    assert "Of 3 results 3 rise and 0 fall." in page
    assert re.search(r"Group 1a .* Results, in percent before 2 60.0", page), page
    assert "Group 1b" in page
    form = hidden(office.text(preview))
    assert office.post(preview, {**form, "reason": ""}).status_code == 200
    for _ in range(2):
        assert office.post(preview, {**form, "reason": "too hard"}).status_code == 302
    page = office.text(CURVE)
    assert calls(office) <= MOST, office.calls
    assert "In force: The same points for everybody: 10 %" in page
    assert page.count("too hard") == 1
    assert "curved" in whole(office, BOOK, CHOICE)

    link = re.search(r'href="([^"]*curve/undo/[^"]*)"', page)
    assert link
    form = hidden(office.text(link[1]))
    assert office.post(link[1], {**form, "reason": "not so hard"}).status_code == 302
    assert "No curve is in force" in office.text(CURVE)


def test_a_curve_for_what_somebody_changed_is_refused(office: Office) -> None:
    given(ADA, 80)
    preview = wish(office, kind="sqrt")
    form = hidden(office.text(preview))
    services.change_assessment(COURSE, EXAM, {"name": "Examen"}, version=1)
    answer = office.post(preview, {**form, "reason": "too hard"})
    assert answer.status_code == 200
    assert "read it and decide anew" in answer.content.decode()


@pytest.mark.parametrize(
    "given_", [{"kind": "flat"}, {"kind": "no"}, {"kind": "mean", "amount": "x"}]
)
def test_a_wish_that_makes_no_sense_leads_back(office: Office, given_: dict[str, str]) -> None:
    given(ADA, 80)
    assert office.get(wish(office, **given_))["Location"] == CURVE


def test_an_assessment_of_another_school_has_no_curve_here(office: Office, south: str) -> None:
    with context.entered(school=south):
        tenants.add_students([Student(DARIO, "Darío")])
        tenants.enrol(SubjectId("art"), COURSE.period, [Enrolment(DARIO, FIRST_A)])
        given(DARIO, 33)
    assert office.get(CURVE).status_code == 404
