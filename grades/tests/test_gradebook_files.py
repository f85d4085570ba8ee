"""The gradebook as files: what is in them, and that nothing in them runs."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import TYPE_CHECKING

import pytest

from grades import services
from grades.domain import Assessment
from grades.rules import gradebook as words
from grades.tests.cast import ADA, AUTUMN, BLAS, COURSE, ESSAY, EXAM, FIRST_A, MATHS, given
from luca.aws import store
from luca.aws.audit import Action, AuditItem, day
from luca.kernel import clock
from luca.kernel.ids import AssessmentId, StudentId
from luca.kernel.tables import read
from tenants import services as tenants
from tenants.domain import Enrolment, Student

if TYPE_CHECKING:
    from luca.api.tests.asking import Ask

URL = f"/gradebook/{MATHS}/{AUTUMN}/{FIRST_A}"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def send(ask: Ask, north: str) -> Ask:
    ask.school, ask.who = north, "teresa/teacher"
    services.save_assessments(MATHS, AUTUMN, [Assessment(EXAM, "exam", name="Primer examen")])
    given(ADA, "87.5")
    given(BLAS, 0, ESSAY)
    services.excuse(None, BLAS, COURSE, EXAM, reason="ill", version=0)
    return ask


def sheet(content: bytes) -> str:
    """The cells of a spreadsheet, as XML."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return file.read("xl/worksheets/sheet1.xml").decode()


def texts(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return file.read("xl/sharedStrings.xml").decode()


@pytest.mark.parametrize(
    ("query", "headers"), [("?format=csv", {}), ("", {"Accept": "text/csv; q=1"})]
)
def test_a_table_has_everybody_and_the_maxima(
    send: Ask, query: str, headers: dict[str, str]
) -> None:
    answer = send("GET", URL + query, headers={**ENGLISH, **headers})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="maths-2026-1-1a.csv"'
    text = answer.content.decode("utf-8-sig")
    assert text.encode("utf-8-sig") == answer.content  # Excel asks for the mark
    assert list(csv.reader(io.StringIO(text))) == [
        ["Student", "Name", "Primer examen [exam-1]", ESSAY],
        ["(max)", "Maximum", "100", "100"],
        [ADA, "Núñez Ada", "87.5", ""],
        [BLAS, "Ortiz Blas", "EX", "0"],
    ]


def test_its_heading_is_in_the_reader_s_language(send: Ask) -> None:
    text = send("GET", f"{URL}?format=csv").content.decode("utf-8-sig")
    assert text.startswith("Matrícula,Nombre,")


@pytest.mark.parametrize(("query", "headers"), [("?format=xlsx", {}), ("", {"Accept": XLSX})])
def test_a_spreadsheet_has_numbers_as_numbers(
    send: Ask, query: str, headers: dict[str, str]
) -> None:
    answer = send("GET", URL + query, headers=headers)
    assert answer["Content-Type"] == XLSX
    cells = sheet(answer.content)
    assert "<v>87.5</v>" in cells
    assert "<v>100</v>" in cells
    assert "Núñez Ada" in texts(answer.content)


def test_nothing_in_a_file_is_a_formula(send: Ask) -> None:
    evil = StudentId("-2")
    tenants.add_students([Student(evil, "+cmd|' /C calc'!A0", "=HYPERLINK(1)")])
    tenants.enrol(MATHS, AUTUMN, [Enrolment(evil, FIRST_A)])
    named = Assessment(AssessmentId("sum"), name="=SUM(A1:A9)")
    services.save_assessments(MATHS, AUTUMN, [named])

    table = send("GET", f"{URL}?format=csv").content.decode("utf-8-sig")
    found = [cell for row in csv.reader(io.StringIO(table)) for cell in row]
    assert not [cell for cell in found if cell.startswith(("=", "+", "-", "@"))]
    assert "'=SUM(A1:A9) [sum]" in found
    content = send("GET", f"{URL}?format=xlsx").content
    assert "<f" not in sheet(content)
    assert "=HYPERLINK(1)" in texts(content)


def test_a_file_is_recorded(send: Ask) -> None:
    send("GET", f"{URL}?format=xlsx")
    found = store.every(AuditItem, day(clock.now().date()), consistent=True)
    (entry,) = [one for one in found if one.action == Action.GRADES_EXPORTED]
    assert (entry.about, entry.actor) == (f"course:{MATHS}/{AUTUMN}/{FIRST_A}", "teresa")
    assert entry.details == {"rows": "2", "form": "xlsx"}


ODD = [
    Assessment(AssessmentId("exam-1")),
    Assessment(AssessmentId("exam.1")),
    Assessment(AssessmentId("Exam-1"), name="exam-1"),
    Assessment(AssessmentId("id")),
    Assessment(AssessmentId("name")),
    Assessment(AssessmentId("student")),
    Assessment(AssessmentId("a"), name="Tarea"),
    Assessment(AssessmentId("b"), name="TAREA"),
    Assessment(AssessmentId("c"), name="Matrícula"),
    Assessment(AssessmentId("d"), name="=1+1"),
    Assessment(AssessmentId("e"), name="único"),
    Assessment(AssessmentId("-f")),
]


def test_a_heading_that_was_written_names_the_same_assessment_when_it_is_read() -> None:
    """However alike their ids and names are."""
    headings = [words.heading(one) for one in ODD]
    table = [["Matrícula", "Nombre", *headings], ["ada", "Ada", *(one.id for one in ODD)]]
    content = "\r\n".join(";".join(row) for row in table).encode()
    found = read(content, words.table_columns(ODD))
    assert found.faults == ()
    assert {one.id: found.rows[0][one.id] for one in ODD} == {one.id: one.id for one in ODD}


@pytest.mark.parametrize(
    ("header", "means"),
    [
        ("UNICO", "e"),
        ("Tarea", None),
        ("tarea a", "a"),
        ("exam 1", None),
        ("exam-1", "exam-1"),
        ("'=1+1 [d]", "d"),
        ("id", None),
    ],
)
def test_a_header_that_could_mean_two_means_none(header: str, means: str | None) -> None:
    found = read(f"matricula,{header}\nada,7\n".encode(), words.table_columns(ODD))
    assert [one for one in found.headings if one != words.STUDENT] == ([means] if means else [])
