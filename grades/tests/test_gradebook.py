"""The gradebook of a group: who stands where, in one Query a page."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from grades import services
from grades.domain import Assessment, Change
from grades.tests.cast import (
    ADA,
    AUTUMN,
    BLAS,
    CARLA,
    COURSE,
    DARIO,
    ESSAY,
    EXAM,
    FIRST_A,
    FIRST_B,
    MATHS,
    given,
    scored,
)
from luca.aws import store
from luca.aws.audit import Action, AuditItem, day
from luca.aws.table import ScopedConnection
from luca.kernel import clock, context
from luca.kernel.ids import AssessmentId, StudentId
from tenants import services as tenants
from tenants.domain import Enrolment, Student
from tenants.services import classes

if TYPE_CHECKING:
    from luca.api.tests.asking import Ask

URL = f"/gradebook/{MATHS}/{AUTUMN}/{FIRST_A}"
ADMIN = "principal/school_admin"


@pytest.fixture
def send(ask: Ask, north: str) -> Ask:
    ask.school, ask.who = north, "teresa/teacher"
    return ask


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """The operations on the table that leave this process, with the index they ask."""
    seen: list[tuple[str, str]] = []
    real = ScopedConnection._make_api_call

    def noting(self: Any, operation: str, arguments: Any) -> Any:
        seen.append((operation, arguments.get("IndexName", "")))
        return real(self, operation, arguments)

    monkeypatch.setattr(ScopedConnection, "_make_api_call", noting)
    return seen


def crowd(number: int) -> list[StudentId]:
    """So many more students in 1A, whose names run against their ids."""
    ids = [StudentId(f"s{n:03d}") for n in range(number)]
    tenants.add_students(
        [Student(one, "Ana", f"Zeta {number - n:03d}") for n, one in enumerate(ids)]
    )
    tenants.enrol(MATHS, AUTUMN, [Enrolment(one, FIRST_A) for one in ids])
    return ids


def whole(send: Ask, limit: int, **more: Any) -> list[list[str]]:
    """The students of each page."""
    found, query = [], f"limit={limit}"
    for _ in range(9):
        page = send("GET", f"{URL}?{query}", **more).json()
        found.append([row["student"] for row in page["items"]])
        if page["next_cursor"] is None:
            return found
        query = f"limit={limit}&cursor={page['next_cursor']}"
    raise AssertionError("the list has no end")


def test_a_teacher_sees_who_stands_where(send: Ask) -> None:
    given(ADA, "87.5")
    given(BLAS, 0)
    given(BLAS, 60, ESSAY)
    given(CARLA, 99)
    services.excuse(None, ADA, COURSE, ESSAY, reason="ill", version=0)
    book = send("GET", URL).json()

    assert (book["subject"], book["period"], book["group"]) == (MATHS, AUTUMN, FIRST_A)
    assert [(one["id"], one["max"]) for one in book["columns"]] == [(ESSAY, "100"), (EXAM, "100")]
    ada, blas = book["items"]
    assert (ada["student"], ada["name"]) == (ADA, "Núñez Ada")
    fresh = {"version": 1, "consolidated": False, "late": False}
    assert ada["cells"] == {
        EXAM: {"status": "graded", "score": "87.5", **fresh},
        ESSAY: {"status": "excused", "score": None, **fresh},
    }
    assert blas["cells"][EXAM]["score"] == "0"
    assert (ada["provisional"]["current"], blas["provisional"]["current"]) == ("87.5", "30.0")
    assert (ada["pending_evaluations"], blas["pending_evaluations"]) == (2, 2)
    assert "official" not in ada
    assert book["as_of"] <= clock.stamp(clock.now())
    assert book["next_cursor"] is None


def test_the_official_grade_stands_beside_the_provisional_one(send: Ask) -> None:
    given(ADA, 80)
    services.consolidate()
    services.correct(None, ADA, COURSE, EXAM, Change(Decimal(90)), reason="added", version=1)
    ada, blas = send("GET", f"{URL}?grades=yes").json()["items"]
    assert (ada["official"]["score"], ada["provisional"]["score"]) == ("80.0", "90.0")
    assert (ada["pending_evaluations"], blas["official"]["score"]) == (1, None)
    assert (ada["up_to_date"], blas["up_to_date"]) == (False, True)


def test_of_a_closed_period_what_is_missing_counts(send: Ask) -> None:
    given(ADA, 80)
    given(BLAS, 90, ESSAY)
    services.consolidate(AUTUMN, close=True)
    ada = send("GET", f"{URL}?grades=yes").json()["items"][0]
    assert (ada["official"]["score"], ada["provisional"]["score"]) == ("40.0", "40.0")
    assert ada["up_to_date"]


def test_a_page_is_one_query_of_the_index(send: Ask, calls: list[tuple[str, str]]) -> None:
    ids = crowd(44)
    services.save_assessments(MATHS, AUTUMN, [Assessment(AssessmentId("ours"), group=FIRST_A)])
    for one in ids[:3]:
        given(one, 70)
    send("GET", URL)  # what is remembered is remembered by now
    calls.clear()
    first = send("GET", URL).json()
    assert calls == [("Query", "GSI1")]
    assert len(first["items"]) == 40

    calls.clear()
    second = send("GET", f"{URL}?cursor={first['next_cursor']}").json()
    assert calls == [("Query", "GSI1")]
    assert len(second["items"]) == 6
    assert {row["student"]: len(row["cells"]) for row in second["items"]}[ids[0]] == 1

    calls.clear()
    send("GET", f"{URL}?grades=yes")
    assert sorted(calls) == [("BatchGetItem", ""), ("Query", "GSI1")]


def test_pages_are_by_name_and_hold_everybody_once(send: Ask) -> None:
    ids = crowd(7)
    pages = whole(send, 4)
    assert pages == [[ADA, BLAS, ids[6], ids[5]], [ids[4], ids[3], ids[2], ids[1]], [ids[0]]]


def test_more_than_a_class_comes_by_id(send: Ask) -> None:
    """By name each page would read the whole group's range."""
    ids = crowd(101)
    pages = whole(send, 100)
    assert pages == [[ADA, BLAS, *ids[:98]], ids[98:]]


def test_who_leaves_between_two_pages_moves_nobody_out_of_the_next(send: Ask) -> None:
    ids = crowd(4)
    first = send("GET", f"{URL}?limit=3").json()
    tenants.withdraw(MATHS, AUTUMN, [ADA])
    classes._lists.forget((COURSE, FIRST_A))
    second = send("GET", f"{URL}?limit=3&cursor={first['next_cursor']}").json()
    assert [row["student"] for row in second["items"]] == [ids[2], ids[1], ids[0]]


def test_what_was_done_in_another_group_comes_along(send: Ask) -> None:
    given(CARLA, 64)
    tenants.enrol(MATHS, AUTUMN, [Enrolment(CARLA, FIRST_A)])
    given(CARLA, 70, ESSAY)
    rows = {row["student"]: row for row in send("GET", URL).json()["items"]}
    assert {name: cell["score"] for name, cell in rows[CARLA]["cells"].items()} == {
        EXAM: "64",
        ESSAY: "70",
    }
    other = send("GET", f"/gradebook/{MATHS}/{AUTUMN}/{FIRST_B}", who=ADMIN).json()
    assert other["items"] == []


def test_assessments_of_another_group_are_no_columns(send: Ask) -> None:
    tomorrow = clock.now() + timedelta(days=1)
    services.save_assessments(
        MATHS,
        AUTUMN,
        [
            Assessment(AssessmentId("a"), group=FIRST_B),
            Assessment(AssessmentId("b"), published=False, name="Último"),
            Assessment(AssessmentId("c"), due=tomorrow),
        ],
    )
    columns = send("GET", URL).json()["columns"]
    assert [one["id"] for one in columns] == ["c", "b"]
    assert columns[1] == columns[0] | {
        "id": "b",
        "name": "Último",
        "due": None,
        "published": False,
    }


def test_what_is_not_published_does_not_count_yet(send: Ask) -> None:
    services.save_assessments(MATHS, AUTUMN, [Assessment(ESSAY, published=False)])
    given(ADA, 90)
    (outcome,) = services.record(None, [scored(ADA, 10, ESSAY, type=None)])
    assert outcome.error is None
    ada = send("GET", URL).json()["items"][0]
    assert ada["cells"][ESSAY]["score"] == "10"
    assert (ada["provisional"]["current"], ada["pending_evaluations"]) == ("90.0", 1)


def test_what_came_in_after_it_was_due_is_late(send: Ask) -> None:
    due = clock.now() - timedelta(days=2)
    services.save_assessments(MATHS, AUTUMN, [Assessment(EXAM, due=due)])
    for who, hours in ((ADA, 1), (BLAS, -1)):
        handed_in = due + timedelta(hours=hours)
        services.record(None, [replace(scored(who, 80, type=None), submitted_at=handed_in)])
    rows = send("GET", URL).json()["items"]
    assert [row["cells"][EXAM]["late"] for row in rows] == [True, False]


def test_a_planted_row_of_another_school_is_dropped_and_reported(
    send: Ask, south: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The guard refuses to plant one, so the store seems to answer it."""
    given(ADA, 80)
    real = ScopedConnection._make_api_call

    def planting(self: Any, operation: str, arguments: Any) -> Any:
        answer = real(self, operation, arguments)
        if arguments.get("IndexName") == "GSI1":
            mine = answer["Items"][0]
            theirs = {"PK": {"S": f"TENANT#{south}#STUDENT#{BLAS}"}, "student": {"S": BLAS}}
            answer["Items"].append({**mine, **theirs})
        return answer

    monkeypatch.setattr(ScopedConnection, "_make_api_call", planting)
    book = send("GET", URL).json()
    assert [len(row["cells"]) for row in book["items"]] == [1, 0]
    assert "foreign_row_in_index" in caplog.text


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("teresa/teacher", 200),
        (ADMIN, 200),
        ("tomas/teacher", 404),
        ("ada/student", 403),
        ("gloria/guardian", 403),
        ("op/platform_admin", 403),
        (None, 401),
    ],
)
def test_it_is_for_who_teaches_the_group(send: Ask, who: str | None, status: int) -> None:
    given(ADA, 80)
    for form in ("json", "csv", "xlsx"):
        assert send("GET", f"{URL}?format={form}", who=who).status_code == status


def test_another_school_s_group_answers_as_if_there_were_none(send: Ask, south: str) -> None:
    with context.entered(school=south):
        given(DARIO, 80)
    theirs = send("GET", URL, who=ADMIN, school=south).json()["items"]
    assert DARIO in [row["student"] for row in theirs]
    found = send("GET", URL, who=ADMIN).json()
    assert DARIO not in [row["student"] for row in found["items"]]
    for path in (f"/gradebook/{MATHS}/{AUTUMN}/9z", f"/gradebook/music/{AUTUMN}/{FIRST_A}"):
        assert send("GET", path, who=ADMIN).status_code == 404


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "grades=maybe", "format=pdf", "cursor=abc"]
)
def test_what_cannot_be_asked_is_refused(send: Ask, query: str) -> None:
    assert send("GET", f"{URL}?{query}").status_code in {400, 422}


def test_a_cursor_is_for_its_own_group(send: Ask) -> None:
    crowd(2)
    cursor = send("GET", f"{URL}?limit=2").json()["next_cursor"]
    other = f"/gradebook/{MATHS}/{AUTUMN}/{FIRST_B}?cursor={cursor}"
    assert send("GET", other, who=ADMIN).json()["code"] == "bad_cursor"


def test_a_look_is_recorded(send: Ask) -> None:
    send("GET", URL)
    found = store.every(AuditItem, day(clock.now().date()), consistent=True)
    looks = [one for one in found if one.action == Action.RECORD_SEEN]
    assert [(one.about, one.details, one.actor) for one in looks] == [
        (f"course:{MATHS}/{AUTUMN}/{FIRST_A}", {"what": "gradebook"}, "teresa")
    ]
