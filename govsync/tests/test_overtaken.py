"""An older run that begins again after a later one replaces nothing that the later one has sent."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from govsync import client, rules, services
from govsync.domain import Batch, Record, RunStatus, State, Transition
from govsync.repository import batches
from govsync.services import advancing, freezing, sending
from govsync.tests.archives import packed
from govsync.tests.cast import AUTUMN, work, work_until_one_is_dead
from govsync.tests.outside import Outside
from govsync.tests.test_corrections import ADA, NOW, corrected
from govsync.tests.test_runs import batches_seen, held
from luca.kernel.ids import RunId

FIRST = "00001"
OVERTAKEN = "overtaken_by_later_run"


def of_ada(run: str) -> Record:
    (found,) = (
        one
        for line in batches.book(run)
        for one in batches.records(run, line.number)
        if one.student == ADA and not one.moved_to
    )
    return found


def score_of_ada(authority: Outside, village: str) -> str:
    """What the authority holds of her; her classmates have 51 to 55."""
    records = authority.read(f"/api/grades?school_id={village}&period={AUTUMN}")["records"]
    scores = {f"{Decimal(one['score']):.0f}" for one in records}
    assert len(records) == 6
    (found,) = scores - {"51", "52", "53", "54", "55"}
    return str(found)


def ended_badly(run: str) -> None:
    """End a run's execution in the middle, as an error of the machine does."""
    advancing.end(services.run(run), "Gov.Broken", "Something went wrong.")


def corrected_and_sent(score: str) -> str:
    corrected(ADA, score)
    found = work(services.start(AUTUMN).id)
    assert found.run.status is RunStatus.DONE
    return found.run.id


def test_a_redriven_batch_leaves_out_what_a_later_run_has_corrected(
    village: str, authority: Outside
) -> None:
    authority.chaos(error_share=1)
    first = services.start(AUTUMN).id
    work_until_one_is_dead(first)
    authority.chaos()
    work(first)
    old = batches.get(first, FIRST)
    assert old is not None
    assert of_ada(first).state is State.DEAD, "hers is among the dead"
    later = corrected_and_sent("99")

    services.redrive(first)
    found = work(first)

    assert score_of_ada(authority, village) == "99", "the corrected grade stays"
    assert (of_ada(first).state, of_ada(first).reason) == (State.SUPERSEDED, OVERTAKEN)
    assert found.records == {State.VERIFIED: 5, State.SUPERSEDED: 1, State.BLOCKED_LOCAL: 1}
    assert found.balance is not None
    assert found.balance.balanced
    assert of_ada(later).state is State.VERIFIED
    assert {one["deliveries"] for one in held(authority, village)} == {1}
    assert {one["bodies"] for one in batches_seen(authority, village)} == {1}, "one key, one body"
    child = batches.get(first, f"{FIRST}.1")
    assert child is not None
    assert child.key != old.key
    assert (child.count, child.key) == (2, rules.batch_key(batches.records(first, child.number)))


@pytest.mark.parametrize("arrived", [True, False])
def test_of_a_batch_that_may_have_arrived_the_key_is_asked_for_before_its_rest_is_sent(
    village: str,
    authority: Outside,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    *,
    arrived: bool,
) -> None:
    run = services.start(AUTUMN)
    freezing.snapshot(run)
    send = client.send

    def unheard(key: str, body: bytes) -> client.Answer:
        if arrived:
            send(key, body)
        return client.Answer(None)

    with monkeypatch.context() as patch:
        patch.setattr(client, "send", unheard)
        sending.send_batch(services.run(run.id), FIRST)
    ended_badly(run.id)
    corrected_and_sent("99")

    services.reconcile(run.id)
    found = work(run.id)

    assert score_of_ada(authority, village) == "99"
    assert found.records == {State.VERIFIED: 5, State.SUPERSEDED: 1, State.BLOCKED_LOCAL: 1}
    assert {one["deliveries"] for one in held(authority, village)} == {1}
    (divided,) = [line for line in batches.book(run.id) if line.number == FIRST]
    expected = State.ACCEPTED_DUPLICATE if arrived else State.SUPERSEDED
    assert divided.state is expected
    assert bool(batches.get(run.id, f"{FIRST}.1")) is not arrived
    file = tmp_path / "evidence.zip"
    file.write_bytes(packed(run.id)[1])
    assert services.verify(file).findings == ()


def test_answers_that_were_not_applied_yet_divide_their_batch_as_it_was_frozen(
    village: str, authority: Outside
) -> None:
    """The first half of a refused batch was split off when the worker died; then a run overtook."""
    run = services.start(AUTUMN)
    freezing.snapshot(run)
    authority.chaos(vague_share=1, bad_share=1)
    sending.send_batch(services.run(run.id), FIRST)
    authority.chaos()
    frozen = batches.get(run.id, FIRST)
    assert frozen is not None
    assert (frozen.state, frozen.applied) == (State.REJECTED_DATA, False)
    ended_badly(run.id)
    corrected_and_sent("99")

    services.reconcile(run.id)
    found = work(run.id)

    assert score_of_ada(authority, village) == "99"
    assert found.records == {State.VERIFIED: 5, State.SUPERSEDED: 1, State.BLOCKED_LOCAL: 1}
    assert {one["deliveries"] for one in held(authority, village)} == {1}


def test_what_an_older_run_has_not_frozen_is_left_to_the_next_run(
    village: str, authority: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = services.start(AUTUMN)
    with monkeypatch.context() as patch:
        patch.setattr(freezing, "PART", -1)
        assert freezing.snapshot(run)["more"], "only the first batch is frozen"
    ended_badly(run.id)
    later = corrected_and_sent("99")
    corrected(ADA, "98")

    services.reconcile(run.id)
    found = work(run.id)

    assert found.run.status is RunStatus.DONE, village
    assert found.snapshot == 3
    assert score_of_ada(authority, village) == "99", "the newest is the next run's"
    corrected_and_sent("97")
    assert score_of_ada(authority, village) == "97"
    assert of_ada(later).state is State.VERIFIED


def history(*states: tuple[State, str]) -> tuple[Transition, ...]:
    return tuple(Transition(state, NOW, 0, reason) for state, reason in states)


FLIES, DEAD, PENDING = (State.IN_FLIGHT, ""), (State.DEAD, ""), (State.PENDING, "")
LATER, UNKNOWN = (State.RETRYABLE, "http_503"), (State.UNKNOWN, "no_answer")


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([PENDING], False),
        ([PENDING, FLIES, LATER, DEAD], False),
        ([PENDING, FLIES, (State.REJECTED_AUTH, "http_401")], False),
        ([PENDING, FLIES], True),  # its worker was killed
        ([PENDING, FLIES, FLIES, LATER], True),
        ([PENDING, FLIES, PENDING], True),
        ([PENDING, FLIES, DEAD], True),  # it was given up and its answer never stored
        ([PENDING, FLIES, UNKNOWN, FLIES, LATER, DEAD], True),
        ([PENDING, FLIES, UNKNOWN, (State.DEAD, "not_taken"), DEAD, PENDING], False),
        ([FLIES, UNKNOWN, (State.DEAD, "not_taken"), PENDING, FLIES, UNKNOWN], True),
    ],
)
def test_a_batch_may_have_arrived_unless_every_call_of_it_was_answered(
    states: list[tuple[State, str]], *, expected: bool
) -> None:
    what: dict[str, Any] = {"run": RunId("r"), "number": FIRST, "count": 1}
    gone = [Record("r", ADA, "maths", 1, "a", "{}", state=State.PENDING)]  # type: ignore[arg-type]
    batch = Batch(**what, state=states[-1][0], history=history(*states))

    found = rules.divided(batch, rules.overtaken(gone, {"r"}, NOW), NOW)

    assert found is not None
    assert found.state is (State.UNKNOWN if expected else State.SUPERSEDED)
