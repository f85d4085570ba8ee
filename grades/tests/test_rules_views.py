"""Rules over HTTP: published, tried, listed, withdrawn; every number as it is written."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from grades import services
from grades.domain import Assessment
from grades.tests.cast import AUTUMN, ESSAY, MATHS
from luca.api.tests.asking import Ask
from luca.kernel import clock

PATH = f"/subjects/{MATHS}/rules"
NOON = datetime(2026, 10, 5, 18, tzinfo=UTC)
WRITTEN = {"weights": {"exam": 0.7, "homework": "30%"}, "min_passing": 60}


@pytest.fixture
def boss(send: Ask) -> Iterator[Ask]:
    """Ask as an admin, at a moment in October."""
    send.who = "boss/school_admin"
    with clock.stopped(NOON):
        yield send


def post(boss: Ask, given: Any, *, query: str = "", **more: Any) -> Any:
    return boss("POST", PATH + query, {"rules": given, **more})


def test_rules_are_published_listed_and_withdrawn(boss: Ask) -> None:
    first = post(boss, WRITTEN)
    assert (first.status_code, first["Location"]) == (201, f"{PATH}/1")
    assert {name: first.json()[name] for name in ("version", "standing", "valid_from")} == {
        "version": 1,
        "standing": "in_force",
        "valid_from": "2026-10-05",
    }
    assert first.json()["rules"]["weights"] == {"exam": "7/10", "homework": "3/10"}
    assert (first.json()["stored"], first.json()["periods"]) == (True, [AUTUMN])
    assert first.json()["published_by"] == "boss"
    second = post(boss, {"places": 0}, valid_from="2027-01-08")
    assert (second.status_code, second.json()["standing"]) == (201, "future")
    page = boss("GET", f"{PATH}?limit=1").json()
    assert [one["version"] for one in page["items"]] == [2]
    rest = boss("GET", f"{PATH}?limit=1&cursor={page['next_cursor']}").json()
    assert [(one["version"], one["standing"]) for one in rest["items"]] == [(1, "in_force")]
    assert boss("DELETE", f"{PATH}/2").status_code == 204
    assert boss("GET", f"{PATH}/2").json()["standing"] == "withdrawn"
    again = boss("DELETE", f"{PATH}/1")
    assert (again.status_code, again.json()["code"]) == (409, "rules_in_force")
    assert boss("GET", f"{PATH}/9").status_code == 404
    assert boss("GET", f"{PATH}/one").status_code == 404


def test_trying_answers_what_would_be_and_stores_nothing(boss: Ask) -> None:
    services.save_assessments(MATHS, AUTUMN, [Assessment(ESSAY, type="essay")])
    tried = post(boss, WRITTEN, query="?dry_run=true")
    assert (tried.status_code, tried.json()["stored"], tried.json()["changes"]) == (
        200,
        False,
        True,
    )
    told = [(one["code"], one["field"], one["assessments"]) for one in tried.json()["warnings"]]
    assert told == [
        ("category_unused", "rules.weights.exam", []),
        ("category_unused", "rules.weights.homework", []),
        ("category_unweighed", "rules.weights", ["essay"]),
    ]
    assert boss("GET", PATH).json()["items"] == []
    odd = post(boss, WRITTEN, query="?dry_run=1")
    assert (odd.status_code, odd.json()["errors"][0]["field"]) == (422, "dry_run")


@pytest.mark.parametrize(
    ("language", "word"), [("es-MX", "categoría"), ("en", "category"), ("fr", "categoría")]
)
def test_warnings_are_in_the_language_of_the_request(boss: Ask, language: str, word: str) -> None:
    services.save_assessments(MATHS, AUTUMN, [Assessment(ESSAY, type="essay")])
    body = {"rules": WRITTEN}
    headers = {"Accept-Language": language}
    answer = boss("POST", f"{PATH}?dry_run=true", body, headers=headers).json()
    assert all(word in one["message"] for one in answer["warnings"])


def test_the_same_rules_again_are_answered_with_the_version_that_is_there(boss: Ask) -> None:
    post(boss, WRITTEN)
    again = post(boss, WRITTEN)
    told = again.json()
    assert (again.status_code, told["version"], told["changes"]) == (200, 1, False)


def test_a_repeated_request_publishes_once(boss: Ask) -> None:
    headers = {"Idempotency-Key": "rules-1"}
    body = {"rules": WRITTEN}
    answers = [boss("POST", PATH, body, headers=headers) for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert len(boss("GET", PATH).json()["items"]) == 1


NUMBERS = [
    ("1e400", "min_passing"),
    ("1e99999999999999999999", "min_passing"),
    ("1" * 40, "min_passing"),
    ("1" * 5000, "min_passing"),
    ("0." + "1" * 40, "min_passing"),
    ('"NaN"', "min_passing"),
    ('"Infinity"', "min_passing"),
    ("true", "min_passing"),
]


@pytest.mark.parametrize(("number", "field"), NUMBERS)
def test_numbers_that_no_school_writes_are_refused_by_their_field(
    boss: Ask, number: str, field: str
) -> None:
    answer = boss("POST", PATH, f'{{"rules": {{"min_passing": {number}}}}}')
    assert (answer.status_code, answer.json()["code"]) == (422, "rules_invalid")
    assert [fault["field"] for fault in answer.json()["errors"]] == [field]


@pytest.mark.parametrize(
    "body",
    [
        '{"rules": {"min_passing": NaN}}',
        '{"rules": {"min_passing": Infinity}}',
        '{"rules": {"letters": {"\\ud800": 0}}}',
        '{"rules": ' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"rules": {"places": 1}',
        b'{"rules": {"letters": {"\xff": 0}}}',
    ],
)
def test_what_is_no_json_is_refused(boss: Ask, body: Any) -> None:
    assert boss("POST", PATH, body).status_code == 400


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 422, "rules"),
        ({"rules": {}, "from": "2027-01-01"}, 422, "from"),
        ({"rules": {}, "valid_from": "2026-13-01"}, 422, "valid_from"),
        ({"rules": {}, "valid_from": "20261001"}, 422, "valid_from"),
        ({"rules": {}, "valid_from": "1826-10-01"}, 422, "valid_from"),
        ({"rules": {"weights": {"exam": 0.7}}}, 422, "weights"),
        ({"rules": {"weights": {"exam": 1}, "drop_lowest": {"quiz": 1}}}, 422, "drop_lowest.quiz"),
        ({"rules": {"exam": 1}}, 422, "exam"),
    ],
)
def test_what_is_wrong_is_named(boss: Ask, body: Any, status: int, field: str) -> None:
    answer = boss("POST", PATH, body)
    assert answer.status_code == status
    assert [fault["field"] for fault in answer.json()["errors"]] == [field]


@pytest.mark.parametrize("given", [None, 7, [], "rules"])
def test_rules_are_an_object(boss: Ask, given: Any) -> None:
    answer = post(boss, given)
    assert (answer.status_code, answer.json()["code"]) == (422, "rules_invalid")


def test_a_day_before_the_last_version_is_refused_naming_both(boss: Ask) -> None:
    post(boss, WRITTEN, valid_from="2027-01-08")
    answer = post(boss, {"places": 0}, valid_from="2027-01-07")
    (fault,) = answer.json()["errors"]
    assert (answer.status_code, answer.json()["code"]) == (409, "rules_order")
    assert fault["field"] == "valid_from"
    assert "2027-01-08, when version 1 begins" in fault["message"]


def test_decimals_are_what_is_written(boss: Ask) -> None:
    body = '{"rules": {"weights": {"a": 0.1, "b": 0.2, "c": 0.70}, "min_passing": 59.95}}'
    told = boss("POST", PATH, body).json()["rules"]
    assert told["weights"] == {"a": "1/10", "b": "1/5", "c": "7/10"}
    assert told["min_passing"] == "59.95"
    assert json.dumps(told).count("e-") == 0


def test_a_subject_that_nobody_is_taught_has_no_rules(boss: Ask) -> None:
    for method in ("GET", "POST"):
        body: Any = {"rules": {}} if method == "POST" else None
        answer = boss(method, "/subjects/hystory/rules", body)
        assert (answer.status_code, answer.json()["code"]) == (404, "subject_not_found")


@pytest.mark.parametrize(
    ("who", "reads"),
    [("teresa/teacher", 200), ("ada/student", 403), ("gloria/guardian", 403)],
)
def test_staff_read_rules_and_only_admins_write_them(boss: Ask, who: str, reads: int) -> None:
    post(boss, WRITTEN, valid_from="2027-01-08")
    assert boss("GET", PATH, who=who).status_code == reads
    assert boss("POST", PATH, {"rules": {}}, who=who).status_code == 403
    assert boss("DELETE", f"{PATH}/1", who=who).status_code == 403
    assert boss("GET", f"{PATH}/1").json()["standing"] == "future"
