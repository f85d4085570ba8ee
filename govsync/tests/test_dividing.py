"""Batches that the authority does not take as a whole: the good go on, the bad are found."""

import contextlib
import hashlib
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from govsync import client, services
from govsync.domain import HoldReason, Run, RunStatus, State
from govsync.repository import batches, runs
from govsync.services import applying, freezing
from govsync.tests.cast import AUTUMN, work
from govsync.tests.outside import Outside
from govsync.tests.test_runs import batches_seen, held, letters
from luca.aws import storage

FIRST = "00001"


def frozen(village: str) -> tuple[Run, list[str]]:
    """A run whose records are frozen, and their ids in the order of the simulator's dislike."""
    run = services.start(AUTUMN)
    freezing.snapshot(run)
    ids = [one.sent_as for number in (FIRST, "00002") for one in batches.records(run.id, number)]
    assert len(set(ids)) == 6, village
    return run, ids


def refuse(authority: Outside, ids: list[str], number: int, **how: float) -> set[str]:
    """Let the authority find so many of these records bad; return which."""
    seed = authority.read("/chaos")["seed"]

    def dislike(record: str) -> int:
        return int.from_bytes(hashlib.sha256(f"{seed}/{record}".encode()).digest()[:4])

    ordered = sorted(ids, key=dislike)
    share = (dislike(ordered[number - 1]) + 1) / 2**32
    authority.chaos(bad_share=share, **how)
    return set(ordered[:number])


def refused(run: Run) -> dict[str, str]:
    """Records that ended as bad, and why."""
    return {
        one.sent_as: one.reason
        for line in batches.book(run.id)
        for one in batches.records(run.id, line.number)
        if one.state is State.REJECTED_DATA and not one.moved_to
    }


def findings(run: str, file: Path) -> list[str]:
    """What is wrong with the evidence of a run."""
    with file.open("w+b") as out:
        made = services.pack(run, out)
    return [str(one) for one in services.verify(file, made.root).findings]


@pytest.mark.parametrize(
    ("how", "number"), [("vague_share", 2), ("count_share", 1), ("partial_share", 2), ("", 1)]
)
def test_only_bad_records_are_rejected_however_little_the_authority_says(
    village: str, authority: Outside, how: str, number: int
) -> None:
    run, ids = frozen(village)
    bad = refuse(authority, ids, number, **({how: 1} if how else {}))

    found = work(run.id)

    assert found.run.status is RunStatus.DONE, found.run.execution
    assert refused(run).keys() == bad
    assert found.records == {
        State.VERIFIED: 6 - number,
        State.REJECTED_DATA: number,
        State.BLOCKED_LOCAL: 1,
    }
    assert found.balance is not None
    assert found.balance.balanced
    assert Counter(one["deliveries"] for one in held(authority, village)) == {1: 6 - number}
    assert {one["bodies"] for one in batches_seen(authority, village)} == {1}, "one key, one body"
    assert letters(run.id) == []
    reasons = {"vague_share": "http_400", "count_share": "http_422"}
    assert set(refused(run).values()) == {reasons.get(how, "unknown_student")}


def test_a_batch_that_is_too_large_for_the_authority_goes_in_halves(
    village: str, authority: Outside
) -> None:
    authority.chaos(script=[{"on": "POST", "do": "vague", "status": 413, "calls": [1, 1]}])
    run = services.start(AUTUMN)

    found = work(run.id)

    assert found.records == {State.VERIFIED: 6, State.BLOCKED_LOCAL: 1}
    numbers = [line.number for line in batches.book(run.id)]
    assert [one for one in numbers if one.startswith(FIRST)] == [FIRST, "00001.1", "00001.2"]
    assert len(batches_seen(authority, village)) == 4


def test_a_worker_that_dies_anywhere_while_it_halves_a_batch_loses_nothing(
    village: str, authority: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each write of the halving fails once, as if the worker had died just before it."""
    run, ids = frozen(village)
    bad = refuse(authority, ids, 2, vague_share=1)
    deaths = Counter[str]()
    add = batches.add

    def die(*_: Any, **__: Any) -> None:
        deaths["whole"] += 1
        raise KeyboardInterrupt

    def die_between(batch: Any, records: Any, parent: Any) -> None:
        if batch.number.endswith(".2"):
            deaths["half"] += 1
            raise KeyboardInterrupt
        add(batch, records, parent)

    for name, act in [("add", die), ("add", die_between), ("settle", die)] * 4:
        with monkeypatch.context() as patch:
            patch.setattr(batches, name, act)
            _work_and_perhaps_die(run)

    found = work(run.id)

    assert deaths["whole"] >= 4
    assert deaths["half"] >= 1
    assert refused(run).keys() == bad
    assert found.records == {State.VERIFIED: 4, State.REJECTED_DATA: 2, State.BLOCKED_LOCAL: 1}
    assert Counter(one["deliveries"] for one in held(authority, village)) == {1: 4}
    keys = Counter(one["key"] for one in batches_seen(authority, village))
    assert set(keys.values()) == {1}


def _work_and_perhaps_die(run: Run) -> None:
    """Go on for a while; of a worker that died time forgets the lease."""
    with contextlib.suppress(KeyboardInterrupt, AssertionError):
        work(run.id, 5)
    found = services.run(run.id)
    if found.leased_until is not None:
        runs.extend(found, found.started)


def test_a_school_of_which_everything_is_refused_is_held_instead_of_wasting_hours(
    village: str, authority: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "MANY", 3)
    run, ids = frozen(village)
    refuse(authority, ids, 6, vague_share=1)

    stopped = work(run.id)

    assert stopped.run.status is RunStatus.PAUSED
    hold = services.held()
    assert hold is not None
    assert hold.reason is HoldReason.EVERYTHING_REJECTED
    assert stopped.records == {State.REJECTED_DATA: 3, State.PENDING: 3, State.BLOCKED_LOCAL: 1}

    authority.chaos()
    services.resume()
    assert work(run.id).records[State.VERIFIED] == 3, "what was not asked yet goes on"


def test_bad_records_that_are_named_hold_nobody(
    village: str, authority: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "MANY", 3)
    run, ids = frozen(village)
    refuse(authority, ids, 6)

    found = work(run.id)

    assert (found.run.status, services.held()) == (RunStatus.DONE, None)
    assert found.records == {State.REJECTED_DATA: 6, State.BLOCKED_LOCAL: 1}
    assert len(batches_seen(authority, village)) == 2


@pytest.mark.slow
def test_a_batch_that_was_taken_and_never_answered_is_read_by_its_key_and_not_given_up(
    village: str, authority: Outside, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The first call of each batch is kept; no answer to any call of it ever arrives."""
    run, _ = frozen(village)
    send = client.send

    def unheard(key: str, body: bytes) -> client.Answer:
        send(key, body)
        return client.Answer(500)

    monkeypatch.setattr(client, "send", unheard)
    monkeypatch.setattr("govsync.pace.FAILURES", 1000)

    found = work(run.id)

    assert found.records == {State.VERIFIED: 6, State.BLOCKED_LOCAL: 1}
    batch = batches.get(run.id, FIRST)
    assert batch is not None
    assert (batch.attempts, batch.history[-2].reason) == (4, "read_by_key")
    assert letters(run.id) == []
    assert {one["calls"] for one in batches_seen(authority, village)} == {4}
    names = storage.names(f"govsync/{run.id}/evidence/{FIRST}/")
    calls = [json.loads(storage.read(one) or b"") for one in names if "payload" not in one]
    asked = [one for one in calls if one["facts"]["method"] == "GET"]
    assert (len(calls), len(asked), asked[0]["chain"]) == (5, 1, batch.chain)
    assert '"duplicate"' in asked[0]["body"]["text"] or '"accepted"' in asked[0]["body"]["text"]
    assert findings(run.id, tmp_path / "run.zip") == []


@pytest.mark.slow
def test_an_outage_that_says_500_costs_no_batch_its_life(
    village: str, authority: Outside, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Four calls fail, the question for the key fails as well; then the authority is back."""
    run, _ = frozen(village)
    send, ask, left = client.send, client.read_batch, {"calls": 4, "questions": 3}

    def failing(what: str, call: Callable[..., client.Answer]) -> Callable[..., client.Answer]:
        def answer(*given: Any) -> client.Answer:
            left[what] -= 1
            return client.Answer(500) if left[what] >= 0 else call(*given)

        return answer

    monkeypatch.setattr(client, "send", failing("calls", send))
    monkeypatch.setattr(client, "read_batch", failing("questions", ask))
    monkeypatch.setattr("govsync.pace.FAILURES", 1000)

    found = work(run.id)

    assert found.records == {State.VERIFIED: 6, State.BLOCKED_LOCAL: 1}
    batch = batches.get(run.id, FIRST)
    assert batch is not None
    reasons = [one.reason for one in batch.history]
    assert reasons.count("asked_in_vain") == 1, "an outage may be long"
    assert "not_taken" in reasons
    assert letters(run.id) == []
    assert {one["deliveries"] for one in held(authority, village)} == {1}
    assert findings(run.id, tmp_path / "run.zip") == []


def test_a_batch_that_never_arrived_is_given_up_after_its_key_was_asked_for(
    village: str,
    authority: Outside,  # noqa: ARG001 -- it must run
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run, _ = frozen(village)
    monkeypatch.setattr(client, "send", lambda *_: client.Answer(500))
    monkeypatch.setattr("govsync.pace.FAILURES", 1000)

    found = work(run.id)

    assert found.records == {State.DEAD: 6, State.BLOCKED_LOCAL: 1}
    assert {one["reason"] for one in letters(run.id)} == {"not_taken"}
