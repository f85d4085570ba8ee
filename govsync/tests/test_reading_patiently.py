"""Reading back: an authority that is down, slow or odd ends no run that waiting can save."""

from collections.abc import Callable
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from govsync import client, services
from govsync.domain import RunStatus, State
from govsync.repository import authority as rows
from govsync.services import reading, reconciling
from govsync.tests.cast import AUTUMN, work
from govsync.tests.test_runs import letters

Reader = Callable[[str, str], client.Answer]
pytestmark = pytest.mark.usefixtures("village", "authority")
DOWN = client.Answer(503, {"error": "unavailable"})
TOO_FAST = client.Answer(429, {"error": "too_many"}, retry_after=30)
TIMED_OUT = client.Answer(None, failure="timeout")


def answering(monkeypatch: pytest.MonkeyPatch, *first: client.Answer) -> list[client.Answer]:
    """The authority says these things before it answers as it should."""
    read, left = client.read_back, list(first)

    def reader(period: str, cursor: str) -> client.Answer:
        return left.pop(0) if left else read(period, cursor)

    monkeypatch.setattr(client, "read_back", reader)
    return left


@pytest.mark.slow
@pytest.mark.parametrize("odd", [DOWN, TOO_FAST, TIMED_OUT], ids=["503", "429", "timeout"])
def test_a_page_is_asked_for_until_it_comes(
    monkeypatch: pytest.MonkeyPatch, odd: client.Answer
) -> None:
    left = answering(monkeypatch, *[odd] * 8)
    run = services.start(AUTUMN)

    found = work(run.id, 120)

    assert left == []
    assert found.run.status is RunStatus.DONE, found.run.execution
    assert found.records[State.VERIFIED] == 6
    assert letters(run.id) == []


@pytest.mark.slow
def test_calls_that_come_too_fast_are_no_fault_of_the_authority(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened: list[Any] = []
    save = rows.save_breaker

    def saved(*of: Any) -> bool:
        opened.append(of)
        return save(*of)

    monkeypatch.setattr(rows, "save_breaker", saved)
    answering(monkeypatch, *[TOO_FAST] * 8)

    work(services.start(AUTUMN).id, 120)

    assert opened == []


def test_wrong_credentials_hold_the_school(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, client.Answer(401, {"error": "unauthorized"}))
    found = work(services.start(AUTUMN).id)

    assert found.run.status is RunStatus.PAUSED
    assert services.held() is not None


PAGE: dict[str, Any] = {"records": []}


@pytest.mark.parametrize(
    "body",
    [
        PAGE | {"cursor": "again"},
        PAGE | {"cursor": "x" * 2000},
        PAGE | {"cursor": {"of": "something"}},
        {"records": [{"record_id": "r1"}]},
        {"records": ["r1"]},
        {"records": {"r1": "x"}},
        "nonsense",
        None,
    ],
)
def test_pages_that_make_no_sense_end_the_run_with_a_letter(
    monkeypatch: pytest.MonkeyPatch, body: Any
) -> None:
    monkeypatch.setattr(client, "read_back", lambda *_: client.Answer(200, body))
    run = services.start(AUTUMN)

    found = work(run.id)

    assert found.run.status is RunStatus.FAILED
    assert [one["error"] for one in letters(run.id)] == ["Gov.ClientError"]


def test_pages_that_lead_in_a_circle_are_not_followed_for_ever(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.AUTHORITY_INTERVAL = 0
    onward = {"": "a", "a": "b", "b": "a"}
    monkeypatch.setattr(
        client, "read_back", lambda _, cursor: client.Answer(200, PAGE | {"cursor": onward[cursor]})
    )
    monkeypatch.setattr(reading, "MOST_PAGES", 6)
    run = services.start(AUTUMN)

    found = work(run.id)

    assert (found.run.status, found.run.execution.cause) == (RunStatus.FAILED, "pages_without_end")
    assert [one["error"] for one in letters(run.id)] == ["Gov.ClientError"]


def test_a_run_whose_books_take_long_to_read_is_compared_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reconciling, "PART", 0.0)

    found = work(services.start(AUTUMN).id)

    assert found.run.status is RunStatus.DONE
    assert [one.state for one in services.steps(found.run.id)].count("Reconcile") >= 3
