"""What is kept of each call, and that nothing of it is lost when a worker dies."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from govsync import pace, services
from govsync.client import Answer
from govsync.domain import Batch, Run, State
from govsync.engine import Execution, Phase
from govsync.repository import batches
from govsync.rules import evidence as rules
from govsync.services import advancing, evidence
from govsync.tests.cast import AUTUMN, work
from govsync.tests.outside import Outside
from luca.aws import storage
from luca.kernel import clock
from luca.kernel.errors import Unavailable
from luca.kernel.ids import RunId

BODY = b'{"grades":[{"record_id":"r1","revision":"a1"}],"period":"2026-1","school_id":"x"}'
QUOTING = "La CURP de Núñez no existe".encode("latin-1")  # and not UTF-8
BUSY = Answer(503, raw=QUOTING, headers={"Retry-After": "7", "Set-Cookie": "x"}, retry_after=7)


@pytest.fixture
def run(school: str) -> Run:  # noqa: ARG001 -- its files
    """A run whose calls a test makes by hand."""
    now = clock.now()
    execution = Execution("SendBatch", Phase.ENTERING, {})
    return Run(RunId("r-1"), AUTUMN, execution, "m", began=now, started=now, correlation_id="c")


@pytest.fixture
def sending(north: str, authority: Outside) -> Run:  # noqa: ARG001 -- they must be there
    return services.start(AUTUMN)


def called(batch: Batch, number: int) -> Batch:
    """The batch as it is when its next call has left."""
    return batch.become(State.IN_FLIGHT, clock.now(), attempts=number)


def heard(batch: Batch, chain: str) -> Batch:
    """The batch when the ledger has its answer."""
    return batch.become(State.RETRYABLE, clock.now(), "http_503", chain=chain)


def fresh(run: Run) -> Batch:
    return Batch(run=run.id, number="00007", state=State.PENDING, count=1, key="k-7")


def kept(run: Run, number: str = "00007") -> list[dict[str, Any]]:
    """The calls of a batch as they were kept, in their order."""
    folder = evidence.folder_of(run.id, number)
    names = sorted(set(storage.names(folder)) - {folder + evidence.PAYLOAD})
    return [json.loads(storage.read(one) or b"") for one in names]


def payload(run: Run, number: str = "00007") -> bytes | None:
    return storage.read(evidence.folder_of(run.id, number) + evidence.PAYLOAD)


def test_a_run_keeps_what_was_sent_and_what_was_answered(sending: Run) -> None:
    work(sending.id)

    (only,) = kept(sending, "00001")
    sent, facts = payload(sending, "00001") or b"", only["facts"]
    batch = batches.get(sending.id, "00001")

    assert len(json.loads(sent)["grades"]) == 100
    assert (facts["payload"]["sha256"], facts["payload"]["bytes"]) == (
        rules.digest(sent),
        len(sent),
    )
    assert (facts["status"], facts["attempt"], facts["previous"]) == (200, 1, "")
    assert json.loads(rules.body_of(only) or b"")["status"] == "accepted"
    assert facts["asked"] <= facts["answered"]
    assert batch is not None
    assert batch.chain == only["chain"] == rules.chain_of(facts)
    assert batch.key == facts["key"]


def test_each_call_is_chained_to_the_one_before(run: Run) -> None:
    first = called(fresh(run), 1)
    one = evidence.keep(run, first, 1, BODY, BUSY)
    again = called(heard(first, one), 2)
    two = evidence.keep(run, again, 2, BODY, replace(BUSY, status=None, failure="ReadTimeoutError"))

    before, after = kept(run)

    assert payload(run) == BODY
    assert (before["facts"]["previous"], after["facts"]["previous"]) == ("", one)
    assert [rules.chain_of(call["facts"]) for call in (before, after)] == [one, two]
    assert (after["facts"]["status"], after["facts"]["failure"]) == (None, "ReadTimeoutError")


def test_an_answer_is_kept_byte_for_byte_and_only_headers_that_matter(run: Run) -> None:
    evidence.keep(run, called(fresh(run), 1), 1, BODY, BUSY)

    (call,) = kept(run)

    assert rules.body_of(call) == QUOTING
    assert call["facts"]["headers"] == {"retry-after": "7"}
    assert call["facts"]["answer"]["sha256"] == rules.digest(QUOTING)


def test_a_batch_costs_one_write_and_one_for_each_attempt(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    read: list[str] = []
    monkeypatch.setattr(storage, "write", lambda name, _: written.append(name.rpartition("/")[2]))
    monkeypatch.setattr(storage, "read", read.append)
    batch = fresh(run)

    for attempt in (1, 2, 3):
        batch = called(batch, attempt)
        batch = heard(batch, evidence.keep(run, batch, attempt, BODY, BUSY))

    assert written == ["payload.json", "0001.json", "0002.json", "0003.json"]
    assert read == []


def test_a_call_that_a_killed_worker_left_is_chained_by_the_next(run: Run) -> None:
    first = called(fresh(run), 1)
    left = evidence.keep(run, first, 1, BODY, BUSY)  # and the ledger never hears of it
    second = called(first, 2)  # killed before it kept anything
    head = evidence.keep(run, called(second, 3), 3, BODY, BUSY)

    before, after = kept(run)

    assert (before["chain"], after["facts"]["previous"], after["chain"]) == (left, left, head)
    assert [call["facts"]["attempt"] for call in (before, after)] == [1, 3]


def test_a_call_of_which_nothing_was_kept_breaks_no_chain(run: Run) -> None:
    first = called(fresh(run), 1)
    one = evidence.keep(run, first, 1, BODY, BUSY)
    lost = called(heard(first, one), 2)

    evidence.keep(run, called(lost, 3), 3, BODY, BUSY)

    assert kept(run)[-1]["facts"]["previous"] == one
    assert payload(run) == BODY


def test_a_worker_killed_between_the_files_and_the_ledger_loses_no_answer(
    sending: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = batches.save

    def die(batch: Batch) -> Batch:
        if batch.chain:
            raise KeyboardInterrupt
        return save(batch)

    monkeypatch.setattr(advancing, "LEASE", timedelta(seconds=0.5))  # the dead one's
    with monkeypatch.context() as patch:
        patch.setattr(batches, "save", die)
        with pytest.raises(KeyboardInterrupt):
            work(sending.id)

    assert work(sending.id).records[State.VERIFIED] == 120
    taken, repeated = kept(sending, "00001")

    assert repeated["facts"]["previous"] == taken["chain"]
    assert json.loads(rules.body_of(taken) or b"")["status"] == "accepted"
    assert json.loads(rules.body_of(repeated) or b"")["duplicate"] is True


def test_files_that_cannot_be_written_now_cost_no_batch_its_life(
    sending: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep, calls = evidence.keep, 0

    def busy_once(*given: Any) -> str:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise Unavailable("Files cannot be reached.", code="storage_unreachable")
        return keep(*given)

    monkeypatch.setattr(evidence, "keep", busy_once)

    found = work(sending.id)

    assert found.records == {State.VERIFIED: 120, State.BLOCKED_LOCAL: 3}
    assert [call["facts"]["attempt"] for call in kept(sending, "00001")] == [2]


@pytest.mark.slow
def test_a_redriven_batch_goes_on_counting_its_calls(
    sending: Run, authority: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Others' calls pass meanwhile: it is not the authority that is down.
    monkeypatch.setattr(pace, "note", lambda **_: 0)
    authority.chaos(error_share=1)
    while not services.dead(sending.id):
        services.advance(sending.id, services.run(sending.id).version)
    authority.chaos()
    work(sending.id)
    services.redrive(sending.id)
    work(sending.id)

    calls = kept(sending, "00001")

    assert [call["facts"]["attempt"] for call in calls] == [1, 2, 3, 4, 5]
    assert [call["facts"]["execution"] for call in calls] == [1, 1, 1, 1, 2]
    assert [call["facts"]["previous"] for call in calls[1:]] == [
        call["chain"] for call in calls[:-1]
    ]
