"""What operators see of the refused, and what becomes of it when they send it again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from behavior.domain import REASONS
from behavior.services.burying import DEAD
from behavior.tests.deliveries import message, sent
from behavior.tests.operators import asked, counted, refused
from behavior.tests.test_letters import CODES
from luca.aws import clients, dead_letters, queue
from luca.telemetry import hashed

if TYPE_CHECKING:
    from behavior.tests.operators import ActingAs

PAGE = Path(__file__).parents[2] / "docs" / "behavior-operating.md"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The emulator has one server: nothing is gained by asking for a second."""
    monkeypatch.setattr(dead_letters, "WAIT", 0)


def moved_by_sqs(body: str) -> None:
    clients.sqs().send_message(QueueUrl=queue.url(DEAD), MessageBody=body)


def test_every_reason_is_one_that_some_message_has() -> None:
    """The two that need something stored, or a table that fails, are in test_letters."""
    assert {*CODES.values(), "another_body", "not_stored"} == set(REASONS)


@pytest.mark.parametrize("reason", REASONS)
def test_the_page_says_of_each_reason_what_to_do(reason: str) -> None:
    row = next(line for line in PAGE.read_text().splitlines() if line.startswith(f"| `{reason}` |"))
    assert all(len(cell.strip()) > 20 for cell in row.split("|")[2:4])


def test_the_status_counts_letters_and_events_by_reason(school: str, acting_as: ActingAs) -> None:
    refused(
        acting_as,
        message(sent(), sent(student="luis"), sent(student="eva"), school=school),
        message(sent(quantity=0), sent(student="luis"), school=school),
        message(sent(), school=f"{school}-2", actor_groups="guardian"),
    )
    assert counted(school) == {"invalid": (1, 1), "not_allowed": (2, 3)}
    assert counted(school) == {"invalid": (1, 1), "not_allowed": (2, 3)}  # all were put back
    by_school = asked("status", "--by-school")
    assert f"{school}-2 not_allowed" in by_school
    assert "luis" not in by_school


def test_what_sqs_moved_by_itself_is_judged_again(school: str) -> None:
    moved_by_sqs(message(sent(), sent(student="luis"), school=school).body)
    moved_by_sqs("no message at all")
    assert counted(school) == {"not_allowed": (1, 1), "not_stored": (1, 1)}
    everything = json.loads(asked("status", "--json"))["letters"]
    assert ("", "unreadable") in {(one["school"], one["reason"]) for one in everything}


@pytest.mark.usefixtures("aws")
def test_the_age_of_the_oldest_message_is_cloudwatchs() -> None:
    before = json.loads(asked("status", "--json"))
    assert before["oldest_seconds"] is not None
    clients.sqs().send_message(QueueUrl=queue.url("behavior"), MessageBody="hello")
    after = json.loads(asked("status", "--json"))
    assert after["oldest_seconds"] >= before["oldest_seconds"]


@pytest.mark.usefixtures("aws")
def test_whoever_may_not_ask_cloudwatch_sees_the_rest(acting_as: ActingAs) -> None:
    from luca.aws import metrics  # noqa: PLC0415 -- beside its one use

    with acting_as("consumer"):
        assert metrics.oldest("behavior") is None


def test_a_letter_is_listed_without_what_it_says_of_a_person(
    school: str, acting_as: ActingAs
) -> None:
    secret = {"note": "Luis Pérez cried"}
    bad = [
        sent(student="luis", metadata=secret),
        sent(student="luis", type="quiz_completed"),
        sent(student="Luis Pérez", type="Luis Pérez"),
    ]
    refused(acting_as, message(*bad, school=school))
    lines = asked("letters", "--school", school).splitlines()
    assert len(lines) == 2
    assert "Pérez" not in "".join(lines)
    assert "luis" not in "".join(lines)
    (foreign,) = [line for line in lines if "not_allowed" in line]
    assert str(hashed("luis")) in foreign
    assert "login,quiz_completed" in foreign
    (as_data,) = asked("letters", "--school", school, "--reason", "invalid", "--json").splitlines()
    assert json.loads(as_data)["types"] == ["?"]
    assert asked("letters", "--school", school, "--limit", "1").count("\n") == 1


def test_a_very_deep_queue_is_sampled_and_the_output_says_so(
    school: str, acting_as: ActingAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused(acting_as, *[message(sent(student="luis"), school=school) for _ in range(25)])
    monkeypatch.setattr(dead_letters, "DEEPEST", 20)
    assert "sample" in asked("status")
    monkeypatch.undo()
    assert "sample" not in asked("status")
    assert counted(school) == {"not_allowed": (25, 25)}
