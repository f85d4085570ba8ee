"""The list of near things over HTTP: from stored grades, for those who teach them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from grades import services
from grades.domain import Assessment, NewEvaluation
from grades.tests.cast import ADA, AUTUMN, BLAS, CARLA, ESSAY, EXAM, FIRST_A, FIRST_B, MATHS, given
from luca.aws import audit, store
from luca.aws.audit import Action, AuditItem
from luca.kernel import clock
from luca.kernel.ids import SubjectId
from tenants import services as tenants
from tenants.domain import Enrolment

if TYPE_CHECKING:
    from luca.api.tests.asking import Ask

SEP = {"scale": {"lowest": 0, "highest": 10}, "rounding": "truncate", "places": 1, "min_passing": 6}
ART = SubjectId("art")
ADMIN = "principal/school_admin"
URL = f"/groups/{FIRST_A}/boundary?period={AUTUMN}"


@pytest.fixture
def graded(north: str) -> str:
    """Ada fails by truncation; Blas passes, and has an essay to hand in; Carla is in 1B."""
    services.publish_rules(MATHS, SEP)
    asked = [Assessment(EXAM, type="exam"), Assessment(ESSAY, type="exam", name="Ensayo")]
    services.save_assessments(MATHS, AUTUMN, asked)
    for student, exam in ((ADA, "59.9"), (BLAS, 80), (CARLA, 60)):
        given(student, exam)
    for student in (ADA, CARLA):
        given(student, "59.9", ESSAY)
    services.consolidate(AUTUMN)
    return north


@pytest.mark.usefixtures("graded")
def test_a_teacher_sees_who_hangs_on_what(send: Ask) -> None:
    answer = send("GET", URL)
    assert answer.status_code == 200
    first, second = answer.json()["items"]

    assert (first["student"], first["name"], first["subject"]) == (ADA, "Ada Núñez", MATHS)
    assert (first["score"], first["exact"], first["exact_decimal"]) == ("5.9", "599/100", "5.99")
    assert (first["verdict"], first["hangs_on"]) == ("failed", ["rounding", "last_place"])
    assert (second["student"], second["hangs_on"], second["verdict"]) == (BLAS, ["item"], "passed")
    assert second["items"] == [
        {
            "assessment": ESSAY,
            "open": False,
            "if_full": {"score": "9.0", "verdict": "passed"},
            "if_zero": {"score": "4.0", "verdict": "failed"},
        }
    ]
    assert answer.json()["next_cursor"] is None
    assert send("GET", f"{URL}&subject={MATHS}").json() == answer.json()


@pytest.mark.usefixtures("graded")
def test_it_is_of_stored_grades(send: Ask) -> None:
    """What came in since is not in it, as it is in no grade."""
    given(BLAS, 90, ESSAY)
    assert [one["student"] for one in send("GET", URL).json()["items"]] == [ADA, BLAS]

    services.consolidate(AUTUMN)

    assert [one["student"] for one in send("GET", URL).json()["items"]] == [ADA]


@pytest.mark.usefixtures("graded")
def test_a_teacher_sees_what_they_teach_and_admins_all(send: Ask) -> None:
    services.publish_rules(ART, SEP)
    tenants.enrol(ART, AUTUMN, [Enrolment(BLAS, FIRST_A)])
    services.save_assessments(ART, AUTUMN, [Assessment(EXAM, type="exam", max=Decimal(10))])
    services.record(None, [_row()])
    services.consolidate(AUTUMN)

    assert {one["subject"] for one in send("GET", URL).json()["items"]} == {MATHS}
    assert {one["subject"] for one in send("GET", URL, who=ADMIN).json()["items"]} == {MATHS, ART}
    assert send("GET", f"{URL}&subject={ART}").status_code == 404


def _row() -> NewEvaluation:
    return NewEvaluation(BLAS, ART, AUTUMN, EXAM, Decimal(6), type="exam")


@pytest.mark.parametrize(
    ("path", "who", "status"),
    [
        (URL, "tomas/teacher", 404),
        (URL, f"{ADA}/student", 403),
        (URL, "gloria/guardian", 403),
        (f"/groups/{FIRST_B}/boundary?period={AUTUMN}", "teresa/teacher", 404),
        (f"/groups/nowhere/boundary?period={AUTUMN}", ADMIN, 404),
        (f"/groups/{FIRST_A}/boundary?period=1999-1", ADMIN, 404),
        (f"{URL}&subject=nothing", ADMIN, 404),
        (f"/groups/{FIRST_A}/boundary", ADMIN, 422),
    ],
)
@pytest.mark.usefixtures("graded")
def test_whoever_does_not_teach_it_sees_nothing(
    send: Ask, path: str, who: str, status: int
) -> None:
    answer = send("GET", path, who=who)

    assert answer.status_code == status
    assert "Ada" not in answer.content.decode()


@pytest.mark.usefixtures("graded")
def test_a_group_of_another_school_is_another_group(send: Ask, south: str) -> None:
    assert send("GET", URL, who=ADMIN, school=south).json()["items"] == []


@pytest.mark.usefixtures("graded")
def test_a_look_at_it_is_recorded(send: Ask) -> None:
    send("GET", URL)

    found = store.every(AuditItem, audit.day(clock.now().date()), consistent=True)
    looks = [one for one in found if one.action == Action.RECORD_SEEN.value]
    assert [(one.about, one.details) for one in looks] == [
        (f"course:{MATHS}/{AUTUMN}/{FIRST_A}", {"what": "boundary"})
    ]
