"""Sending a table of results in, and looking what became of it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from grades import services
from grades.domain import Assessment
from grades.tests.cast import (
    ADA,
    AUTUMN,
    BLAS,
    COURSE,
    ESSAY,
    EXAM,
    FIRST_A,
    MATHS,
    given,
    scored,
)

if TYPE_CHECKING:
    from luca.api.tests.asking import Ask
    from luca.kernel.ids import AssessmentId, StudentId

URL = f"/gradebook/{MATHS}/{AUTUMN}/{FIRST_A}"
CSV = {"Content-Type": "text/csv", "Accept-Language": "en"}
ADMIN = "principal/school_admin"
WHY = {"reason": "Capturado de la lista"}


def begin(ask: Ask, school: str) -> Ask:
    """Ada has 80 in the exam, Blas is excused; nobody has an essay yet."""
    ask.school, ask.who = school, "teresa/teacher"
    services.save_assessments(MATHS, AUTUMN, [Assessment(ESSAY, max=Decimal(10))])
    given(ADA, 80)
    services.excuse(None, BLAS, COURSE, EXAM, reason="ill", version=0)
    return ask


def sent(send: Ask, *lines: str, content: bytes = b"") -> str:
    """Send a table in and return the address of the import."""
    table = content or "\n".join(lines).encode()
    answer = send("POST", f"{URL}/imports", table, headers=CSV)
    assert answer.status_code == 201, answer.content
    assert answer["Location"] == f"{URL}/imports/{answer.json()['id']}"
    return str(answer["Location"])


def cells(send: Ask, address: str, query: str = "") -> list[tuple[Any, ...]]:
    page = send("GET", f"{address}{query}", headers={"Accept-Language": "en"}).json()
    return [
        (one["line"], one["column"], one["kind"], one.get("state") or one.get("cause", ""))
        for one in page["items"]
    ]


def stored(student: StudentId = ADA, assessment: AssessmentId = EXAM) -> tuple[Any, ...]:
    found = services.evaluation(student, COURSE, assessment)
    return found.status, found.score, found.version


def given_essay(student: StudentId, score: int) -> None:
    (outcome,) = services.record(None, [scored(student, score, ESSAY, type=None)])
    assert outcome.error is None
