"""Grades over HTTP."""

import json
from typing import Any

import pytest

from grades import rules, services
from grades.domain import Evaluation
from grades.repository import evaluations
from grades.tests.cast import ADA, AUTUMN, BLAS, CARLA, COURSE, DARIO, EXAM, MATHS, given
from luca.api.tests.asking import Ask
from luca.aws.store import Busy
from luca.kernel import context
from tenants import services as tenants

URL = f"/evaluations/{ADA}/{MATHS}/{AUTUMN}/{EXAM}"


def row(**more: Any) -> dict[str, Any]:
    return {
        "student": ADA,
        "subject": MATHS,
        "period": AUTUMN,
        "assessment": EXAM,
        "score": 87.5,
        "type": "exam",
        **more,
    }


def test_a_teacher_records_a_result(send: Ask) -> None:
    answer = send("POST", "/evaluations", row())
    assert answer.status_code == 201
    assert answer.json() | {"recorded_at": ""} == {
        **{name: value for name, value in row().items() if name != "type"},
        "score": "87.5",
        "max": "100",
        "status": "graded",
        "category": "exam",
        "version": 1,
        "consolidated": False,
        "recorded_at": "",
        "recorded_by": "teresa",
        "reason": "",
        "submitted_at": None,
        "moved_to": None,
    }
    assert (answer["ETag"], answer["Location"]) == ('"1"', URL)


def test_the_same_result_again_answers_200(send: Ask) -> None:
    send("POST", "/evaluations", row())
    assert send("POST", "/evaluations", row(score="87.50")).status_code == 200
    assert send("POST", "/evaluations", row(score=90)).json()["code"] == "already_graded"


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ("{", 400, "malformed", None),
        ("[[[", 400, "malformed", None),
        (json.dumps(row(score="many")), 422, "invalid", "score"),
        (json.dumps(row(score=True)), 422, "invalid", "score"),
        (json.dumps(row(score=None)), 422, "score_invalid", "score"),
        (json.dumps(row(student=7)), 422, "invalid", "student"),
        (json.dumps(row(scores=7)), 422, "invalid", "scores"),
        (json.dumps({k: row()[k] for k in row() if k != "score"}), 422, "score_invalid", "score"),
        ('"text"', 422, "invalid", None),
        (json.dumps(row()).replace("87.5", "1e400"), 422, "score_invalid", "score"),
        (json.dumps(row()).replace("87.5", "1" * 40), 422, "score_invalid", "score"),
        (json.dumps(row(score="NaN")), 422, "score_invalid", "score"),
        (json.dumps(row(score=-1)), 422, "score_invalid", "score"),
        (json.dumps(row(score=100.5)), 422, "score_invalid", "score"),
        (json.dumps(row(max=0)), 422, "invalid", "max"),
        (json.dumps(row(assessment="a#b")), 422, "invalid", "assessment"),
        (json.dumps(row(student="a#b")), 404, "student_not_found", None),
        (json.dumps(row(student="nobody")), 404, "student_not_found", None),
        (json.dumps(row(subject="alchemy")), 404, "course_not_found", None),
        (json.dumps(row(period="1999")), 404, "period_not_found", None),
        (json.dumps(row(type=None)), 404, "assessment_not_found", None),
        (json.dumps(row(student=CARLA)), 404, "student_not_found", None),
        ("[]", 422, "invalid", "evaluations"),
        (json.dumps({"evaluations": []}), 422, "invalid", "evaluations"),
        (json.dumps({"evaluations": 7}), 422, "invalid", "evaluations"),
        (json.dumps([row()] * 101), 413, "too_many_rows", None),
    ],
)
def test_what_cannot_be_is_refused(
    send: Ask, body: str, status: int, code: str, field: str | None
) -> None:
    answer = send("POST", "/evaluations", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    if field:
        assert [fault["field"] for fault in answer.json()["errors"]] == [field]
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("wrapped", [False, True])
def test_many_results_each_have_their_answer(send: Ask, *, wrapped: bool) -> None:
    rows = [
        row(),
        row(student=BLAS, score="many"),
        row(student=CARLA),
        row(student="nobody"),
        row(student=BLAS, score=0),
    ]
    answer = send("POST", "/evaluations", {"evaluations": rows} if wrapped else rows)
    assert answer.status_code == 200
    results = answer.json()["results"]
    assert [(found["index"], found["status"], found.get("code")) for found in results] == [
        (0, 201, None),
        (1, 422, "invalid"),
        (2, 404, "student_not_found"),
        (3, 404, "student_not_found"),
        (4, 201, None),
    ]
    assert results[4]["evaluation"]["score"] == "0"
    assert results[1]["errors"][0]["field"] == "score"


def test_a_repeated_key_is_answered_the_same_and_stored_once(send: Ask) -> None:
    key = {"Idempotency-Key": "k-1"}
    first = send("POST", "/evaluations", row(), headers=key)
    again = send("POST", "/evaluations", row(), headers=key)
    other = send("POST", "/evaluations", row(student=BLAS), headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert (again.json(), again["ETag"]) == (first.json(), '"1"')
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    assert len(services.evaluations_page(ADA, 10, None)[0]) == 1
    assert services.evaluations_page(BLAS, 10, None)[0] == []


def test_a_repeated_key_answers_also_after_the_period_was_closed(send: Ask) -> None:
    key = {"Idempotency-Key": "k-1"}
    first = send("POST", "/evaluations", row(), headers=key)
    tenants.close_period(AUTUMN)
    assert send("POST", "/evaluations", row(), headers=key).json() == first.json()
    assert send("POST", "/evaluations", row(score=1)).json()["code"] == "period_closed"


def test_a_repeated_key_of_many_results_is_answered_the_same(send: Ask) -> None:
    key = {"Idempotency-Key": "k-2"}
    rows = [row(), row(student="nobody")]
    first = send("POST", "/evaluations", rows, headers=key)
    again = send("POST", "/evaluations", rows, headers=key)
    assert again.json() == first.json()
    assert send("POST", "/evaluations", rows[:1], headers=key).status_code == 409


def test_a_row_that_met_a_busy_store_is_done_when_the_call_is_repeated_under_its_key(
    send: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, rows = {"Idempotency-Key": "k-3"}, [row(), row(student=BLAS)]
    add = evaluations.add

    def busy_for_blas(one: Evaluation, *more: Any) -> None:
        if one.student == BLAS:
            raise Busy
        add(one, *more)

    with monkeypatch.context() as patched:
        patched.setattr(evaluations, "add", busy_for_blas)
        first = send("POST", "/evaluations", rows, headers=key)
    again = send("POST", "/evaluations", rows, headers=key)

    assert [one["status"] for one in first.json()["results"]] == [201, 503]
    assert [one["status"] for one in again.json()["results"]] == [200, 201]
    assert send("POST", "/evaluations", rows, headers=key).json() == again.json()


def test_a_correction_over_the_version_that_was_seen(send: Ask) -> None:
    send("POST", "/evaluations", row())
    change = {"score": "90", "reason": "added wrongly"}
    answer = send("PATCH", URL, change, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer["ETag"]) == (200, '"2"')
    assert answer.json()["history"][0]["score"] == "87.5"

    lost = send("PATCH", URL, change, headers={"If-Match": '"1"'})
    assert (lost.status_code, lost.json()["code"]) == (412, "precondition_failed")
    assert send("PATCH", URL, {**change, "version": 1}).status_code == 412
    assert send("PATCH", URL, change).json()["code"] == "version_missing"
    assert send("PATCH", URL, {"score": 1, "reason": " ", "version": 2}).status_code == 422
    assert send("GET", URL).json()["score"] == "90"


def test_two_versions_that_contradict_are_refused(send: Ask) -> None:
    send("POST", "/evaluations", row())
    change = {"score": 1, "reason": "x", "version": 1}
    assert send("PATCH", URL, change, headers={"If-Match": '"2"'}).status_code == 422


def test_an_assessment_is_excused(send: Ask) -> None:
    send("POST", "/evaluations", row())
    answer = send("POST", f"{URL}/excuse", {"reason": "ill", "version": 1})
    assert (answer.status_code, answer.json()["status"]) == (200, "excused")


@pytest.mark.parametrize("who", ["ada/student", "gloria/guardian", "op/platform_admin"])
@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/evaluations"), ("PATCH", URL), ("POST", f"{URL}/excuse")]
)
def test_only_staff_writes(send: Ask, who: str, method: str, path: str) -> None:
    assert send(method, path, row(), who=who).status_code == 403


def test_a_student_reads_what_is_theirs(send: Ask) -> None:
    send("POST", "/evaluations", row())
    services.consolidate()
    who = "ada/student"
    profile = send("GET", f"/profile/{ADA}?period={AUTUMN}", who=who).json()
    assert (profile["name"], profile["courses"][0]["official"]["score"]) == ("Ada Núñez", "87.5")
    assert profile["courses"][0]["provisional"]["current"] == "87.5"
    assert send("GET", URL, who=who).json()["score"] == "87.5"
    (grade,) = send("GET", f"/students/{ADA}/grades", who=who).json()["items"]
    assert (grade["current"], grade["version"]) == ("87.5", 1)
    path = f"/students/{ADA}/grades/{MATHS}/{AUTUMN}/versions"
    (version,) = send("GET", path, who=who).json()["items"]
    assert version["trace"]["result"]["current"] == "87.5"


def test_a_grade_is_explained_in_the_readers_language(send: Ask) -> None:
    path = f"/students/{ADA}/grades/{MATHS}/{AUTUMN}/explanation"
    assert send("GET", path).json()["code"] == "grade_not_found"
    send("POST", "/evaluations", row())
    assert send("GET", path).status_code == 404
    before = send("GET", f"{path}?version=provisional", who="gloria/guardian").json()
    services.consolidate()

    spanish = send("GET", path, who="gloria/guardian").json()
    english = send("GET", path, headers={"Accept-Language": "en"}).json()

    assert (before["version"], before["score"]) == (None, "87.5")
    assert (spanish["version"], spanish["score"]) == (1, "87.5")
    assert "La calificación hasta ahora es 87.5." in spanish["sentences"]
    assert "The grade so far is 87.5." in english["sentences"]
    assert rules.verify(spanish["trace"]).hash == spanish["trace_hash"]
    first = send("GET", f"{path}?version=1").json()
    assert first | {"as_of": ""} == spanish | {"as_of": ""}
    assert send("GET", f"{path}?version=2").status_code == 404
    assert send("GET", f"{path}?version=0").status_code == 422


def test_results_come_in_pages(send: Ask) -> None:
    for n in range(3):
        send("POST", "/evaluations", row(assessment=f"quiz-{n}", score=n))
    path = f"/students/{ADA}/evaluations?limit=2"
    first = send("GET", path).json()
    rest = send("GET", f"{path}&cursor={first['next_cursor']}").json()
    assert [one["score"] for one in [*first["items"], *rest["items"]]] == ["0", "1", "2"]
    assert rest["next_cursor"] is None
    foreign = f"/students/{BLAS}/evaluations?cursor={first['next_cursor']}"
    assert send("GET", foreign).status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/profile/{}",
        "/students/{}/evaluations",
        "/students/{}/grades",
        "/evaluations/{}/maths/2026-1/exam-1",
        "/students/{}/grades/maths/2026-1/versions",
        "/students/{}/grades/maths/2026-1/explanation?version=provisional",
    ],
)
def test_a_student_of_another_school_answers_as_if_there_were_none(
    send: Ask, south: str, path: str
) -> None:
    with context.entered(school=south):
        given(DARIO)
    who = "principal/school_admin"
    assert send("GET", path.format(DARIO), who=who, school=south).status_code == 200
    foreign = send("GET", path.format(DARIO), who=who)
    unknown = send("GET", path.format("nobody"), who=who)
    assert (foreign.status_code, foreign.content) == (404, unknown.content)


@pytest.mark.usefixtures("north")
def test_nobody_reads_without_a_token(send: Ask) -> None:
    given(ADA)
    for path in (f"/profile/{ADA}", URL, f"/students/{ADA}/grades"):
        assert send("GET", path, who=None).status_code == 401
    assert services.evaluation(ADA, COURSE, EXAM).version == 1
