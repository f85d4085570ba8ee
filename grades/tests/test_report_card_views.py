"""Report cards over HTTP: who sees one, who has one printed, and what is recorded of it."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from grades import tasks
from grades.tests.cast import (
    ADA,
    AUTUMN,
    BLAS,
    CARLA,
    FIRST_A,
    MATHS,
    TERESA,
)
from grades.tests.test_report_cards import ADMIN, ART, CURP, entries, graded
from luca.aws import jobs
from luca.aws.audit import Action
from luca.kernel import context
from tenants import services as tenants

if TYPE_CHECKING:
    from collections.abc import Iterator

    from luca.api.tests.asking import Ask

__all__ = ["graded"]
URL = f"/students/{ADA}/report-cards/{AUTUMN}"


@pytest.mark.parametrize(
    ("who", "status", "curp"),
    [
        (f"{ADA}/student", 200, CURP),
        ("gloria/guardian", 200, CURP),
        (ADMIN, 200, CURP),
        (f"{TERESA}/teacher", 200, None),
        ("tomas/teacher", 404, None),
        (f"{BLAS}/student", 404, None),
    ],
)
@pytest.mark.usefixtures("graded")
def test_a_card_is_for_the_family_and_the_school(
    send: Ask, who: str, status: int, curp: str | None
) -> None:
    answer = send("GET", URL, who=who)

    assert answer.status_code == status
    if status == 200:
        assert answer.json()["student"] == {"id": ADA, "name": "Ada Núñez", "curp": curp}
    else:
        assert b"N\xc3\xba\xc3\xb1ez" not in answer.content


@pytest.mark.usefixtures("graded")
def test_a_card_of_another_school_is_not_there(send: Ask, south: str) -> None:
    assert send("GET", URL, who=ADMIN).json()["official"] is False
    assert send("GET", "/students/dario/report-cards/" + AUTUMN, who=ADMIN).status_code == 404
    assert send("GET", URL, who=ADMIN, school=south).json()["subjects"][0]["score"] is None


@pytest.mark.usefixtures("graded")
def test_the_words_on_it_are_the_readers(send: Ask) -> None:
    notes = [
        send("GET", URL, headers={"Accept-Language": language}).json()["subjects"][1]
        for language in ("es-MX", "en")
    ]

    assert [note["rounding_note"] for note in notes] == [
        "truncado a décimos, sin redondear",
        "truncated to tenths, not rounded",
    ]
    assert (notes[0]["score"], notes[0]["letter"], notes[0]["version"]) == ("8.7", "B", 1)


@pytest.mark.usefixtures("graded")
def test_a_look_and_a_print_are_recorded(send: Ask) -> None:
    send("GET", URL)
    send("POST", "/report-cards", {"period": AUTUMN, "group": FIRST_A})

    looks = [json.dumps(one.details) for one in entries(Action.RECORD_SEEN)]
    assert any("report_card" in look for look in looks)
    (made,) = entries(Action.GRADES_EXPORTED)
    assert (made.about, made.actor) == (f"group:{FIRST_A}", TERESA)


@contextmanager
def worker(school: str, person: str, group: str) -> Iterator[None]:
    """As the message says it: who asked, and in which school."""
    with context.entered(school=school, actor=person, groups=frozenset({group})):
        yield


@pytest.mark.usefixtures("graded")
def test_a_group_is_printed_by_a_worker_and_fetched_by_who_asked(send: Ask, north: str) -> None:
    started = send("POST", "/report-cards", {"period": AUTUMN, "group": FIRST_A})
    assert started.status_code == 202, started.content
    job = started.json()["id"]
    with worker(north, TERESA, "teacher"):
        jobs.run(job, tasks._printed)

    done = send("GET", started["Location"]).json()
    assert (done["state"], done["result"]) == ("done", {"cards": 2, "provisional": 2})
    file = send("GET", done["file"])
    assert file.getvalue().startswith(b"%PDF-")
    assert file["Content-Type"] == "application/pdf"
    assert send("GET", done["file"], who=ADMIN).status_code == 200
    for other in ("tomas/teacher", f"{ADA}/student", "gloria/guardian"):
        assert send("GET", done["file"], who=other).status_code == 404


@pytest.mark.usefixtures("graded")
def test_a_mother_prints_her_daughter_s_card_and_nobody_else_s(send: Ask, north: str) -> None:
    wanted = {"period": AUTUMN, "student": ADA, "language": "en"}
    started = send("POST", "/report-cards", wanted, who="gloria/guardian")
    assert started.status_code == 202
    with worker(north, "gloria", "guardian"):
        jobs.run(started.json()["id"], tasks._printed)
    path = started["Location"] + "/file"
    assert send("GET", path, who="gloria/guardian").getvalue().startswith(b"%PDF-")

    for body in ({"student": BLAS}, {"student": CARLA}, {"group": FIRST_A}):
        answer = send("POST", "/report-cards", {"period": AUTUMN, **body}, who="gloria/guardian")
        assert answer.status_code == 404
    answer = send("POST", "/report-cards", {"period": AUTUMN, "group": "1b"}, who="teresa/teacher")
    assert answer.json()["code"] == "group_not_found"


@pytest.mark.usefixtures("graded")
def test_work_that_finds_nobody_says_so(send: Ask, north: str) -> None:
    started = send("POST", "/report-cards", {"period": AUTUMN, "group": FIRST_A}, who=ADMIN)
    tenants.withdraw(MATHS, AUTUMN, [ADA, BLAS])
    tenants.withdraw(ART, AUTUMN, [ADA])
    with worker(north, "principal", "school_admin"):
        jobs.run(started.json()["id"], tasks._printed)

    failed = send("GET", started["Location"], who=ADMIN).json()
    assert (failed["state"], failed["reason"]) == ("failed", "nobody_attends")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "student"),
        ({"student": ADA, "group": FIRST_A}, "student"),
        ({"student": ADA, "language": "fr"}, "language"),
    ],
)
@pytest.mark.usefixtures("graded")
def test_a_request_that_says_too_little_or_too_much_is_refused(
    send: Ask, body: dict[str, Any], field: str
) -> None:
    answer = send("POST", "/report-cards", {"period": AUTUMN, **body})

    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == [field]


@pytest.mark.usefixtures("graded")
def test_the_same_request_sent_twice_is_one_job(send: Ask) -> None:
    body, key = {"period": AUTUMN, "group": FIRST_A}, {"Idempotency-Key": "print-1"}
    first, second = (send("POST", "/report-cards", body, headers=key) for _ in range(2))

    assert first.json()["id"] == second.json()["id"]
    assert len(entries(Action.GRADES_EXPORTED)) == 1
