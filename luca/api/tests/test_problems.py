import json
import re
from typing import Any

import pytest
from django.test import Client

from luca.api.catalogue import TITLES
from luca.api.problems import FRAMEWORK, STATUS
from luca.api.tests.conftest import bearer
from luca.api.tests.routes import SECRET
from luca.kernel.errors import LucaError

MEMBERS = {"type", "title", "status", "detail", "code"}
EXPECTED = {
    "malformed": (400, "malformed"),
    "unauthenticated": (401, "unauthenticated"),
    "forbidden": (403, "forbidden"),
    "not_found": (404, "not_found"),
    "conflict": (409, "period_closed"),
    "failed": (409, "changed_meanwhile"),
    "precondition": (412, "precondition_failed"),
    "too_large": (413, "too_large"),
    "invalid": (422, "invalid"),
    "too_many": (429, "too_many_requests"),
    "unavailable": (503, "unavailable"),
    "busy": (503, "busy"),
    "http404": (404, "not_found"),
    "denied": (403, "forbidden"),
    "suspicious": (400, "malformed"),
    "throttled": (429, "too_many_requests"),
    "bug": (500, "internal"),
}


def body(answer: Any) -> dict[str, Any]:
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Content-Length"] == str(len(answer.content))
    found: dict[str, Any] = json.loads(answer.content)
    assert set(found) - {"errors"} == MEMBERS
    assert found["status"] == answer.status_code
    assert found["type"] == f"urn:luca:problem:{found['code']}"
    return found


def test_every_error_has_a_status_and_every_family_a_title_in_both_languages() -> None:
    assert set(LucaError.__subclasses__()) == set(STATUS)
    families = {error.code for error in STATUS} | {name for _, _, name in FRAMEWORK}
    assert families | {"internal", "length_required"} == set(TITLES)
    assert {frozenset(titles) for titles in TITLES.values()} == {frozenset({"en", "es-mx"})}


@pytest.mark.parametrize("what", EXPECTED)
def test_every_error_answers_as_a_problem(api: Client, what: str) -> None:
    answer = api.get(f"/raise/{what}")

    found = body(answer)
    assert (answer.status_code, found["code"]) == EXPECTED[what]
    assert SECRET not in str(answer.headers) + answer.content.decode()


def test_a_fault_of_a_field_is_named_by_its_path(api: Client) -> None:
    assert body(api.get("/raise/invalid"))["errors"] == [
        {"field": "rows.3.score", "message": "Too much."}
    ]


@pytest.mark.parametrize(
    ("what", "header", "value"),
    [
        ("unauthenticated", "WWW-Authenticate", "Bearer"),
        ("too_many", "Retry-After", "5"),
        ("throttled", "Retry-After", "7"),
        ("busy", "Retry-After", "1"),
    ],
)
def test_a_problem_brings_the_header_that_its_status_wants(
    api: Client, what: str, header: str, value: str
) -> None:
    assert api.get(f"/raise/{what}")[header] == value


@pytest.mark.parametrize(
    ("accepted", "language", "title"),
    [
        ("", "es-mx", "No existe"),
        ("es", "es-mx", "No existe"),
        ("es-MX,es;q=0.9", "es-mx", "No existe"),
        ("en-GB", "en", "There is no such thing"),
        ("de, en;q=0.5, es;q=0.1", "en", "There is no such thing"),
        ("xx", "es-mx", "No existe"),
        ("\x01;;;q=q", "es-mx", "No existe"),
    ],
)
def test_the_title_is_in_the_callers_language(
    api: Client, accepted: str, language: str, title: str
) -> None:
    answer = api.get("/raise/not_found", headers={"Accept-Language": accepted})

    assert body(answer)["title"] == title
    assert (answer["Content-Language"], answer["Vary"]) == (language, "Accept-Language")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nowhere", 404),
        ("/students/a%23b", 404),
        ("/students/" + "x" * 65, 404),
        ("/students/a/b", 404),
        ("/outside", 500),
    ],
)
def test_addresses_that_no_view_answers_are_problems_too(
    api: Client, path: str, status: int
) -> None:
    answer = api.get(path)

    assert answer.status_code == status
    found = body(answer)
    assert "secret" not in str(found).lower()
    assert SECRET not in str(found)


def test_a_method_that_an_address_does_not_know_says_which_it_knows(api: Client) -> None:
    for method in ("delete", "options"):
        answer = getattr(api, method)("/decode")
        assert (answer.status_code, body(answer)["code"]) == (405, "method_not_allowed")
        assert "POST" in answer["Allow"]


BODIES: list[tuple[str, bytes | str, str, int]] = [
    ("good", '{"rows": [{"student": "ada", "score": 87.5}]}', "application/json", 200),
    ("with a charset", '{"rows": []}', "application/json; charset=utf-8", 200),
    ("cut off", '{"rows": [', "application/json", 400),
    ("blank", " ", "application/json", 400),
    ("not UTF-8", b'{"rows": [{"student": "\xff"}]}', "application/json", 400),
    ("NaN", '{"rows": [{"student": "ada", "score": NaN}]}', "application/json", 400),
    ("half a character", '{"name": "\\ud800", "rows": []}', "application/json", 400),
    ("bottomless", '{"more": ' + "[" * 100_000, "application/json", 400),
    ("a form", "rows=1", "application/x-www-form-urlencoded", 415),
    ("no type", "{}", "", 415),
    ("XML", "<rows/>", "text/xml", 415),
    ("a list", "[]", "application/json", 422),
    ("null", "null", "application/json", 422),
    ("a number", "1e999", "application/json", 422),
    ("a wrong row", '{"rows": [{"student": 1, "score": 2}]}', "application/json", 422),
    ("a missing field", "{}", "application/json", 422),
]


@pytest.mark.parametrize(
    ("text", "kind", "status"), [b[1:] for b in BODIES], ids=[b[0] for b in BODIES]
)
def test_a_body_is_read_or_refused(api: Client, text: bytes | str, kind: str, status: int) -> None:
    answer = api.generic("POST", "/decode", text, content_type=kind)

    assert answer.status_code == status
    if status != 200:
        body(answer)


@pytest.mark.parametrize(
    ("text", "kind", "status"),
    [b[1:] for b in BODIES if b[0] not in ("good", "with a charset", "a wrong row", "blank")],
    ids=[b[0] for b in BODIES if b[0] not in ("good", "with a charset", "a wrong row", "blank")],
)
def test_a_serializer_refuses_the_same_bodies(
    api: Client, text: bytes | str, kind: str, status: int
) -> None:
    answer = api.generic("POST", "/serialize", text, content_type=kind)

    assert (answer.status_code, body(answer)["status"]) == (status, status)


def test_a_score_is_read_exactly(api: Client) -> None:
    text = '{"rows": [{"student": "a", "score": 87.10}, {"student": "b", "score": "0.30"}]}'

    assert api.generic("POST", "/decode", text, "application/json").json() == ["87.10", "0.30"]


@pytest.mark.parametrize(
    ("text", "field", "word"),
    [
        (
            '{"rows": [{"student": "a", "score": 1}, {"student": 7, "score": 1}]}',
            "rows.1.student",
            "str",
        ),
        ('{"rows": [{"student": "a"}]}', "rows.0.score", "required"),
        ('{"rows": [{"student": "a", "score": 1, "grade": 2}]}', "rows.0.grade", "not known"),
        ('{"rows": 3}', "rows", "array"),
        ("{}", "rows", "required"),
    ],
)
def test_the_place_of_a_fault_is_named(api: Client, text: str, field: str, word: str) -> None:
    (fault,) = body(api.generic("POST", "/decode", text, "application/json"))["errors"]

    assert fault["field"] == field
    assert word in fault["message"]


def test_a_serializer_names_every_fault_in_the_callers_language(api: Client) -> None:
    text = '{"rows": [{"score": 5}, {"score": 101}, {}]}'
    answer = api.generic(
        "POST", "/serialize", text, "application/json", headers={"Accept-Language": "es"}
    )

    found = body(answer)["errors"]
    assert [fault["field"] for fault in found] == ["name", "rows.1.score", "rows.2.score"]
    assert "requerido" in found[0]["message"]


def test_a_large_body_is_refused_before_it_is_read(api: Client) -> None:
    answer = api.generic("POST", "/decode", b"x" * 1_048_577, "application/json")

    assert (answer.status_code, body(answer)["code"]) == (413, "too_large")
    filled = b'{"rows": []' + b" " * (1_048_576 - 12) + b"}"
    assert api.generic("POST", "/decode", filled, "application/json").status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"HTTP_TRANSFER_ENCODING": "chunked"}, 411),
        ({"CONTENT_LENGTH": "-5"}, 400),
        ({"CONTENT_LENGTH": "many"}, 400),
        ({"CONTENT_LENGTH": "9" * 30}, 400),
    ],
)
def test_a_body_without_an_honest_length_is_refused(
    api: Client, headers: dict[str, str], status: int
) -> None:
    answer = api.generic("POST", "/decode", "{}", "application/json", **headers)  # type: ignore[arg-type]

    assert answer.status_code == status
    body(answer)


def test_what_nobody_foresaw_is_recorded_without_what_it_said(
    api: Client, caplog: pytest.LogCaptureFixture
) -> None:
    answer = api.get("/fail", headers=bearer())

    assert answer.status_code == 500
    text = caplog.text
    assert "unhandled_error" in text
    assert re.search(r"RuntimeError", text)
    assert "routes.py" in text
    assert SECRET not in text


@pytest.mark.parametrize(
    "path", ["/students/ada-lovelace", "/ada-lovelace", "/outside?ada-lovelace"]
)
def test_no_log_line_repeats_the_path_of_a_request(
    api: Client, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    caplog.set_level("DEBUG")

    assert api.get(path).status_code >= 400

    assert caplog.records
    assert "ada-lovelace" not in caplog.text
    assert SECRET not in caplog.text
