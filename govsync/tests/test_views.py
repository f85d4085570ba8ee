"""The sync over HTTP."""

from typing import Any

import pytest

from govsync import services
from govsync.tests.cast import AUTUMN, school_year, work
from luca.api.tests.asking import Ask
from luca.kernel import context
from luca.kernel.errors import NotFound


@pytest.fixture
def send(ask: Ask, north: str) -> Ask:
    """Send a request as `person/group`, in North unless another school is named."""
    ask.school, ask.who = north, "olga/gov_operator"
    return ask


@pytest.mark.usefixtures("authority")
def test_an_operator_starts_a_run_and_sees_it_end(send: Ask) -> None:
    started = send("POST", "/govsync/runs", {"period": AUTUMN})
    run = started.json()

    assert (started.status_code, run["status"], run["time_scale"]) == (202, "RUNNING", 0.01)
    assert started["Location"] == f"/govsync/runs/{run['id']}"

    work(run["id"])
    shown = send("GET", started["Location"]).json()

    assert (shown["status"], shown["state"]) == ("DONE", "Done")
    assert shown["records"] == {"BLOCKED_LOCAL": 3, "VERIFIED": 120}
    assert shown["balance"] == {
        "balanced": True,
        "snapshot": 123,
        "counts": {"BLOCKED_LOCAL": 3, "VERIFIED": 120},
        "differences": [],
        "foreign": 0,
    }


@pytest.mark.usefixtures("authority")
def test_starting_twice_under_one_key_starts_once(send: Ask) -> None:
    first = send("POST", "/govsync/runs", {"period": AUTUMN}, headers={"Idempotency-Key": "k-1"})
    again = send("POST", "/govsync/runs", {"period": AUTUMN}, headers={"Idempotency-Key": "k-1"})
    other = send("POST", "/govsync/runs", {"period": AUTUMN}, headers={"Idempotency-Key": "k-2"})

    assert first.json() == again.json()
    assert (other.status_code, other.json()["code"]) == (409, "run_under_way")


@pytest.mark.parametrize(
    "who", ["teresa/teacher", "ada/student", "gloria/guardian", "x/integrator"]
)
def test_nobody_else_starts_or_sees_runs(send: Ask, who: str) -> None:
    run = services.start(AUTUMN)

    assert send("POST", "/govsync/runs", {"period": AUTUMN}, who=who).status_code == 403
    assert send("GET", f"/govsync/runs/{run.id}", who=who).status_code == 403


def test_another_schools_run_does_not_exist(send: Ask, north: str) -> None:
    run = services.start(AUTUMN)
    south = f"south-{north[-8:]}"
    school_year(south, 1)

    answer = send("GET", f"/govsync/runs/{run.id}", school=south)

    assert (answer.status_code, answer.json()["code"]) == (404, "run_not_found")
    assert send("GET", f"/govsync/runs/{run.id}").status_code == 200, "its own school sees it"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, "invalid"),
        ([], 422, "invalid"),
        ({"period": 7.5}, 404, "period_not_found"),
        ({"period": "a#b"}, 422, "invalid"),
        ({"period": "2031-1"}, 404, "period_not_found"),
    ],
)
def test_what_cannot_be_started_is_answered_clearly(
    send: Ask, body: Any, status: int, code: str
) -> None:
    answer = send("POST", "/govsync/runs", body)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_an_open_period_is_not_synced(send: Ask, north: str) -> None:
    open_school = f"open-{north[-8:]}"
    school_year(open_school, 1, close=False)

    answer = send("POST", "/govsync/runs", {"period": AUTUMN}, school=open_school)

    assert (answer.status_code, answer.json()["code"]) == (409, "period_not_closed")
    with context.entered(school=open_school), pytest.raises(NotFound):
        services.latest()
