"""A gradebook comes back from a spreadsheet: what it would change is shown, and nothing done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grades import services
from grades.domain import Assessment, Status
from grades.tests.cast import (
    ADA,
    AUTUMN,
    BLAS,
    COURSE,
    FIRST_A,
    FIRST_B,
    MATHS,
    given,
    scored,
)
from grades.tests.tables import ADMIN, CSV, URL, WHY, begin, cells, sent, stored
from luca.kernel.ids import AssessmentId, StudentId
from tenants import services as tenants
from tenants.domain import Enrolment, Student

if TYPE_CHECKING:
    from luca.api.tests.asking import Ask


@pytest.fixture
def send(ask: Ask, north: str) -> Ask:
    return begin(ask, north)


def test_a_table_shows_what_it_would_change_and_changes_nothing(send: Ask) -> None:
    address = sent(
        send,
        "matrícula;nombre;exam-1;essay",
        "(max);Máximo;100;10",
        "ada;Ada Núñez;95,5;8,5",
        "blas;Ortiz Blas;EX;",
    )
    summary = send("GET", address).json()
    assert summary["counts"] == {"unchanged": 1, "new": 1, "corrected": 1, "refused": 0}
    assert (summary["made_by"], summary["group"]) == ("teresa", FIRST_A)
    corrected, new, unchanged = summary["items"]
    assert corrected == {
        "line": 3,
        "column": "exam-1",
        "kind": "corrected",
        "id": "ada/exam-1",
        "student": "ada",
        "assessment": "exam-1",
        "was": {"status": "graded", "score": "80"},
        "version": 1,
        "says": {"status": "graded", "score": "95.5"},
        "state": "waiting",
    }
    assert (new["kind"], new["was"], new["version"]) == ("new", None, 0)
    assert (unchanged["kind"], unchanged["id"]) == ("unchanged", "blas/exam-1")
    assert stored() == (Status.GRADED, 80, 1)


def test_all_that_is_wrong_is_named_by_line_column_and_cause(send: Ask) -> None:
    address = sent(
        send,
        "student,name,exam-1,essay",
        "(max),,90,10",
        "ada,Blas Ortiz,70,",
        "carla,,70,",
        "nobody,,70,",
        ",,70,",
        "blas,,ninety,11",
        "blas,,1,1",
    )
    assert cells(send, address) == [
        (2, "exam-1", "refused", "The maximum is 100; not changed here."),
        (
            3,
            "name",
            "refused",
            "The name is not this student's: see whether the rows got mixed up.",
        ),
        (4, "student", "refused", "Nobody of this group attends the course under this id."),
        (5, "student", "refused", "Nobody of this group attends the course under this id."),
        (6, "student", "refused", "Is required."),
        (7, "student", "refused", "The student is in line 8 too."),
        (8, "student", "refused", "The student is in line 7 too."),
    ]
    address = sent(send, "student,exam-1,essay", "blas,ninety,11")
    assert [one[3] for one in cells(send, address)] == [
        "Write a number, EX for excused, or leave the cell empty.",
        "It must be from 0 to 10.",
    ]
    assert stored(BLAS) == (Status.EXCUSED, None, 1)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"\n", "line 1"),
        (b"student,exam-1\n", "line 1"),
        (b"student,exam-9\nada,1\n", "line 1.#2"),
        (b"exam-1\n1\n", "line 1.student id"),
        (b"\x00\x01", "line 1"),
        (b"student,exam-1\n" + b"ada,1\n" * 301, "line 302"),
    ],
)
def test_what_is_no_gradebook_is_refused_whole(send: Ask, content: bytes, fault: str) -> None:
    answer = send("POST", f"{URL}/imports", content, headers=CSV)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_table")
    assert fault in [one["field"] for one in answer.json()["errors"]]
    assert send("POST", f"{URL}/imports", {}).status_code == 415


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_file_that_went_through_a_spreadsheet_changes_nothing(
    send: Ask, encoding: str, delimiter: str
) -> None:
    tenants.add_students(
        [Student(StudentId("007"), "Íñigo", "=Ñ(1)"), Student(StudentId("-5"), "X")]
    )
    seats = [Enrolment(StudentId(one), FIRST_A) for one in ("007", "-5")]
    tenants.enrol(MATHS, AUTUMN, seats)
    given(StudentId("007"), "70.25")
    text = send("GET", f"{URL}?format=csv").content.decode("utf-8-sig")
    quote = '"' if delimiter == "," else ""
    text = text.replace(",", delimiter).replace("70.25", f"{quote}70,25{quote}")
    text = text.replace(f"007{delimiter}", f"7{delimiter}")  # as a spreadsheet does
    address = sent(send, content=text.encode(encoding))
    summary = send("GET", address).json()
    assert summary["counts"] == {"unchanged": 3, "new": 0, "corrected": 0, "refused": 0}


def test_a_long_table_is_read_page_by_page_and_by_kind(send: Ask) -> None:
    address = sent(send, "student,exam-1,essay", "ada,95,7", "blas,EX,3")
    first = send("GET", f"{address}?limit=3").json()
    rest = send("GET", f"{address}?limit=3&cursor={first['next_cursor']}").json()
    assert [one["id"] for one in [*first["items"], *rest["items"]]] == [
        "ada/exam-1",
        "ada/essay",
        "blas/exam-1",
        "blas/essay",
    ]
    assert rest["next_cursor"] is None
    assert len(cells(send, address, "?kind=new")) == 2
    assert send("GET", f"{address}?kind=odd").status_code == 422
    assert send("GET", f"{address}?kind=new&cursor={first['next_cursor']}").status_code == 400


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("tomas/teacher", 404),
        ("ada/student", 403),
        ("gloria/guardian", 403),
        ("op/platform_admin", 403),
    ],
)
def test_an_import_is_for_who_grades_the_group(send: Ask, who: str, status: int) -> None:
    address = sent(send, "student,exam-1", "ada,95")
    assert send("POST", f"{URL}/imports", "x", who=who, headers=CSV).status_code == status
    assert send("GET", address, who=who).status_code == status
    for act in ("apply", "undo"):
        assert send("POST", f"{address}/{act}", WHY, who=who).status_code == status
    assert stored() == (Status.GRADED, 80, 1)


def test_an_import_belongs_to_its_group_and_school(send: Ask, south: str) -> None:
    address = sent(send, "student,exam-1", "ada,95")
    identity = address.rpartition("/")[2]
    other = f"/gradebook/{MATHS}/{AUTUMN}/{FIRST_B}/imports/{identity}"
    assert send("GET", other, who=ADMIN).json()["code"] == "import_not_found"
    assert send("GET", address, who=ADMIN, school=south).json()["code"] == "import_not_found"
    assert send("GET", address, who=ADMIN).status_code == 200


def test_a_file_comes_back_as_it_went_also_with_somebody_from_another_group(send: Ask) -> None:
    """Ada has a result in what is asked of 1b only: she came from there."""
    quiz = AssessmentId("quiz-b")
    services.add_assessment(COURSE, Assessment(quiz, type="exam", group="1b", name="Examen"))
    tenants.enrol(MATHS, AUTUMN, [Enrolment(ADA, FIRST_B)])
    (outcome,) = services.record(None, [scored(ADA, 70, quiz)])
    assert outcome.error is None
    tenants.enrol(MATHS, AUTUMN, [Enrolment(ADA, FIRST_A)])
    file = send("GET", f"{URL}?format=csv").content
    assert "Examen [quiz-b]" in file.decode()
    counts = send("GET", sent(send, content=file)).json()["counts"]
    assert counts == {"unchanged": 3, "new": 0, "corrected": 0, "refused": 0}
    address = sent(send, "student,Examen [quiz-b]", "blas,50")
    answer = send("POST", f"{address}/apply", WHY).json()
    assert [one["code"] for one in answer["items"]] == ["not_asked"]
