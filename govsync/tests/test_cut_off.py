"""Cut off after the answer was written down, before the machine has heard of it."""

from typing import Any

import pytest

from govsync import client, pace, services
from govsync.domain import Batch, RunStatus, State
from govsync.repository import batches, runs
from govsync.services import evidence, foreseeing, sending
from govsync.tests.cast import AUTUMN, work, work_until_one_is_dead
from govsync.tests.outside import Outside
from govsync.tests.test_runs import held, letters
from luca.aws.store.errors import Unreachable


class Deaths:
    """Whoever comes to a place for the first time dies there."""

    def __init__(self) -> None:
        self.places: set[str] = set()

    def at(self, place: str) -> None:
        if place not in self.places:
            self.places.add(place)
            raise Unreachable


@pytest.fixture
def deaths(monkeypatch: pytest.MonkeyPatch) -> Deaths:
    """After each write of a batch, and before the breaker hears how the call went."""
    deaths, save, note = Deaths(), batches.save, pace.note

    def saved(batch: Batch) -> Batch:
        found = save(batch)
        deaths.at(f"{batch.number} {batch.state} {batch.history[-1].reason}")
        return found

    def noted(*, failed: bool) -> int:
        deaths.at("note")
        return note(failed=failed)

    monkeypatch.setattr(batches, "save", saved)
    monkeypatch.setattr(pace, "note", noted)
    return deaths


@pytest.mark.slow
@pytest.mark.parametrize(
    ("status", "state"), [(409, State.CONFLICT), (200, State.DEAD)], ids=["conflict", "nonsense"]
)
def test_a_batch_that_has_to_be_given_up_ends_no_run(
    village: str,
    authority: Outside,
    monkeypatch: pytest.MonkeyPatch,
    deaths: Deaths,
    status: int,
    state: State,
) -> None:
    run = services.start(AUTUMN)
    send, keys = client.send, list[str]()

    def answered(key: str, body: bytes) -> client.Answer:
        keys.append(key)
        refused = client.Answer(status, {"unheard": "of"}, raw=b'{"unheard": "of"}')
        return refused if key == keys[0] else send(key, body)

    monkeypatch.setattr(client, "send", answered)

    found = work(run.id, 120)

    assert "note" in deaths.places
    assert found.run.status is RunStatus.DONE, found.run.execution
    assert found.records[state] == 3
    assert found.records[State.VERIFIED] == 3
    assert len(held(authority, village)) == 3
    assert [one["batch"] for one in letters(run.id) if "batch" in one] == ["00001"]


@pytest.mark.slow
def test_what_was_accepted_is_never_given_up_because_our_own_stores_are_silent(
    village: str, authority: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For far longer than a task is repeated: S3 does not take the evidence."""
    keep, refused = evidence.keep, list[int]()

    def silent(*of: Any) -> str:
        refused.append(1)
        if len(refused) <= 9:
            raise Unreachable
        return keep(*of)

    monkeypatch.setattr(evidence, "keep", silent)
    run = services.start(AUTUMN)

    found = work(run.id, 120)

    assert found.run.status is RunStatus.DONE, found.run.execution
    assert found.records == {State.VERIFIED: 6, State.BLOCKED_LOCAL: 1}
    assert letters(run.id) == []
    assert {one["deliveries"] for one in held(authority, village)} == {1}


@pytest.mark.usefixtures("authority", "north")
def test_the_pace_of_a_run_is_seen_once_for_each_batch() -> None:
    run = services.start(AUTUMN)
    found = work(run.id).run

    seen = foreseeing._finished(found, runs.last_steps(run.id, foreseeing.STEPS))

    assert len(seen) == 2, "the third line holds what was blocked here"
    assert seen == sorted(seen)


@pytest.mark.usefixtures("north")
def test_a_late_message_about_a_batch_that_is_in_the_books_changes_nothing(
    authority: Outside,
) -> None:
    authority.chaos(error_share=1)
    run = services.start(AUTUMN)
    work_until_one_is_dead(run.id)
    (line,) = services.dead(run.id)
    before = batches.get(run.id, line.number)

    said = sending.send_batch(services.run(run.id), line.number)

    assert said["outcome"] == "ANSWERED"
    assert batches.get(run.id, line.number) == before
