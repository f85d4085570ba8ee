"""A script says what happens to which call."""

import json
import time
from typing import Any

import pytest
import urllib3

from govsync.tests.outside import TOKEN, Outside
from govsync.tests.simulator.calls import batch, grade, grades

LOST = urllib3.exceptions.ProtocolError


def told(authority: Outside, **call: Any) -> urllib3.BaseHTTPResponse:
    headers = {"Authorization": f"Bearer {TOKEN}", "Idempotency-Key": call["key"]}
    url, body = f"{authority.url}/api/grades", json.dumps(call["body"])
    return authority.http.request("POST", url, body=body, headers=headers, retries=False)


def test_the_third_call_fails_and_then_two_in_a_row(authority: Outside) -> None:
    authority.chaos(
        script=[
            {"call": 3, "do": "fail"},
            {"calls": [5, 6], "do": "fail", "status": 429, "retry_after": 7},
        ]
    )

    answers = [
        told(authority, key=f"k-nth-{n}", body=batch(grade(n), period="nth")) for n in range(7)
    ]

    assert [one.status for one in answers] == [200, 200, 503, 200, 429, 429, 200]
    assert [one.headers.get("Retry-After") for one in answers[4:]] == ["7", "7", None]


def test_a_step_may_be_about_one_school_or_about_reading(authority: Outside) -> None:
    authority.chaos(
        script=[
            {"call": 1, "school_id": "south", "do": "refuse", "status": 403},
            {"call": 2, "on": "GET", "do": "fail"},
        ]
    )
    calls = [
        authority.post(f"k-{school}-{n}", batch(grade(), period="who", school=school))[0]
        for n in range(2)
        for school in ("north", "south")
    ]
    token = {"Authorization": f"Bearer {TOKEN}"}
    address = "/api/grades?school_id=north&period=who"

    reads = [authority.ask("GET", address, headers=token)[0] for _ in range(3)]

    assert calls == [200, 403, 200, 200]
    assert reads == [200, 503, 200]
    shown = authority.read("/chaos")["script"]
    assert [(one["seen"], one["struck"]) for one in shown] == [(2, 1), (3, 1)]


@pytest.mark.parametrize(
    ("window", "status"),
    [({"from": 600, "for": 600}, 200), ({"from": 0, "for": 600}, 503), ({"for": 0.1}, 200)],
)
def test_a_window_opens_and_closes(
    authority: Outside, window: dict[str, float], status: int
) -> None:
    authority.chaos(script=[{**window, "do": "fail"}])
    time.sleep(0.2)

    assert authority.post("k-window", batch(grade(), period="window"))[0] == status


KEPT = [
    ({"do": "unanswered"}, None, 3),
    ({"do": "unanswered", "status": 504}, 504, 3),
    ({"do": "cut"}, None, 0),
    ({"do": "hang"}, None, 0),
    ({"do": "reject", "records": 2}, 422, 0),
    ({"do": "partial", "records": 2}, 422, 1),
    ({"do": "count", "records": 3}, 422, 0),
    ({"do": "vague"}, 400, 0),
    ({"do": "vague", "status": 422}, 422, 0),
    ({"do": "conflict"}, 409, 0),
    ({"do": "duplicate"}, 200, 3),
    ({"do": "duplicate", "kept": False}, 200, 0),
    ({"do": "lose", "records": 2}, 200, 1),
    ({"do": "change", "records": 2}, 200, 3),
    ({"do": "slow", "seconds": 0.01}, 200, 3),
]


@pytest.mark.parametrize(("step", "status", "kept"), KEPT)
def test_what_is_answered_and_what_is_kept(
    authority: Outside, step: dict[str, Any], status: int | None, kept: int
) -> None:
    name = "-".join(["do", *(str(value) for value in step.values())])
    authority.chaos(script=[{"call": 1, **step}])
    given = batch(*grades(3), period=name)

    try:
        patience = 60 if status else 0.5  # nobody answers, however long one waits
        answered: int | None = authority.post(f"k-{name}", given, timeout=patience)[0]
    except (urllib3.exceptions.ReadTimeoutError, LOST):
        answered = None

    assert answered == status
    found = authority.read(f"/api/grades?school_id=north&period={name}")["records"]
    assert len(found) == kept


def test_an_answer_may_be_no_json_at_all(authority: Outside) -> None:
    authority.chaos(script=[{"call": 1, "do": "garble"}])

    answer = told(authority, key="k-garble", body=batch(grade(), period="garble"))

    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html")
    with pytest.raises(ValueError, match="Expecting"):
        json.loads(answer.data)
    assert authority.read("/api/grades?school_id=north&period=garble")["records"]


def test_a_changed_record_may_keep_the_revision_that_was_sent(authority: Outside) -> None:
    step = {"do": "change", "score": "12"}
    authority.chaos(script=[{"call": 1, **step}, {"call": 2, **step, "revision": "sent"}])
    for n in range(2):
        authority.post(f"k-change-{n}", batch(grade(n), period="change"))

    found = authority.read("/api/grades?school_id=north&period=change")["records"]

    assert [one["score"] for one in found] == ["12", "12"]
    assert found[1]["revision"] == "v1"
    assert len(found[0]["revision"]) == 64


def test_to_be_well_again_is_to_have_no_script(authority: Outside) -> None:
    authority.chaos(script=[{"do": "fail"}])
    failed = authority.post("k-well", batch(grade(), period="well"))[0]
    authority.chaos()

    assert (failed, authority.post("k-well", batch(grade(), period="well"))[0]) == (503, 200)


@pytest.mark.parametrize(
    "step",
    [
        "fail",
        {},
        {"do": "explode"},
        {"do": ["fail"]},
        {"do": "fail", "colour": 1},
        {"do": "fail", "call": 0},
        {"do": "fail", "call": 1.5},
        {"do": "fail", "call": True},
        {"do": "fail", "calls": [3, 2]},
        {"do": "fail", "call": 1, "calls": [1, 2]},
        {"do": "fail", "status": 200},
        {"do": "slow", "status": 503},
        {"do": "slow", "seconds": -1},
        {"do": "fail", "from": "now"},
        {"do": "fail", "share": 2},
        {"do": "fail", "on": "PUT"},
        {"do": "duplicate", "kept": 1},
        {"do": "change", "revision": "other"},
        {"do": "change", "score": ""},
    ],
)
def test_a_step_that_makes_no_sense_is_refused_with_its_number(
    authority: Outside, step: Any
) -> None:
    body = json.dumps({"script": [{"do": "fail"}, step]})

    status, said = authority.ask("PUT", "/chaos", body=body)

    assert (status, said["code"]) == (422, "refused")
    assert said["message"].startswith("Step 1")


@pytest.mark.parametrize("script", [{}, "fail", [{"do": "fail"}] * 1001])
def test_a_script_is_a_list_of_bounded_length(authority: Outside, script: Any) -> None:
    assert authority.ask("PUT", "/chaos", body=json.dumps({"script": script}))[0] == 422
