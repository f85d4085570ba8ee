"""One batch and the authority: send it when it is its turn, and write down the answer."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from govsync import client, definition, pace, rules
from govsync.domain import GIVEN_UP, STEP_FUNCTIONS, UNDER_WAY, Batch, Record, Run, State
from govsync.pace import Later
from govsync.repository import batches, runs
from govsync.rules import ASKING, NEVER_CAME, OVERTAKEN, Judgement, Outcome
from govsync.services import evidence, holding
from govsync.services.failures import BROKEN, Failed
from luca.kernel import clock, context
from luca.kernel.errors import Unavailable
from luca.telemetry import log, metric

LAST = 3  # the number of a batch's last attempt, as the machine counts
PAUSE = 45  # seconds until a call that costs no attempt is made again
IN_VAIN = "asked_in_vain"  # the authority said nothing about the key either
# Step Functions keeps 25,000 events of an execution: two for most transitions, three for a
# task's. What is left has room for a batch that an outage of two days holds up.
MOST_TRANSITIONS = 6_500
DEADLINE = 169_200  # seconds, of a machine that names none
logger = log(__name__)


def query_pending(run: Run) -> dict[str, Any]:
    """The next batch that is not finished, and whether it is the last one.

    An execution whose history fills up is told that it has done enough.
    """
    if run.engine == STEP_FUNCTIONS and run.version - run.first_version >= MOST_TRANSITIONS:
        return {"remaining": 2, "batch": "", "enough": True}
    found = batches.next_open(run.id)
    if found is None:
        return {"remaining": 0, "batch": ""}
    number, more = found
    return {"remaining": 2 if more else 1, "batch": number}


def send_patiently(run: Run, number: str, known: Mapping[str, Any]) -> dict[str, Any]:
    """The same as `send_batch`; while our own stores are silent the batch waits and loses nothing.

    Whatever the authority has answered meanwhile it will say again, for the key is the same.
    """
    try:
        return send_batch(run, number, known)
    except Unavailable:
        logger.warning("sync_store_busy", run=run.id, batch=number)
        return said(Outcome.PACE, PAUSE, "store_busy")


def send_batch(run: Run, number: str, known: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Post a batch once, when it is its turn. Its key was stored before and never changes.

    That it is in flight is stored before the call, and what came back after it:
    a worker that dies in between leaves a batch that is sent again under its key.
    `known` is what the machine knows of the batch: which attempt it is, and the turn
    that was reserved for it.
    """
    batch = batch_of(run, number)
    if batch.state not in UNDER_WAY:
        return _told_again(batch)
    if holding.held() is not None:
        return said(Outcome.STOP, 0, "held")
    turn = pace.turn(_reserved(batch, known or {}))
    if isinstance(turn, Later):
        return said(Outcome.PACE, turn.seconds, slot=turn.slot)
    used = clock.stamp(turn)
    if batch.history[-1].reason in {ASKING, IN_VAIN}:
        return _asked(run, replace(batch, slot=used), turn)
    records = live(batches.records_of(batch))
    body = rules.body(context.school(), run.period, records)
    attempts = batch.attempts + 1
    flying = batch.become(State.IN_FLIGHT, clock.now(), attempts=attempts, slot=used)
    batch = batches.save(flying)
    pace.await_turn(turn)
    answer = client.send(batch.key, body)
    chain = evidence.keep(run, batch, attempts, body, answer)
    judgement = _ours(rules.judge(answer.status, answer.body, sent=answer.sent), records)
    batch = _written(batch, answer, judgement, chain=chain)
    _tell(batch, judgement)
    return _next(run, batch, answer, judgement, _attempt(known or {}))


def _told_again(batch: Batch) -> dict[str, Any]:
    """What came of a batch whose answer was stored, and which the machine has not heard of."""
    reason = batch.history[-1].reason
    if batch.applied or batch.state not in GIVEN_UP:
        return said(Outcome.ANSWERED, 0, reason)
    if batch.state is State.DEAD and ASKING not in {one.reason for one in batch.history}:
        return _asking(batch)
    return said(Outcome.BURY, 0, reason)


def live(records: list[Record]) -> list[Record]:
    """The records that a batch really carries."""
    return [
        record for record in records if record.state is not State.SUPERSEDED and not record.moved_to
    ]


def _written(
    batch: Batch, answer: client.Answer, judgement: Judgement, *, before: str = "", **more: Any
) -> Batch:
    """Store what came back, before anything is done about it."""
    return batches.save(
        batch.become(
            judgement.state,
            clock.now(),
            judgement.reason,
            answer=f"{before}{_words(answer)}",
            rejected=judgement.rejected,
            taken=judgement.accepted,
            **more,
        )
    )


def _reserved(batch: Batch, known: Mapping[str, Any]) -> str:
    """The turn that was kept for this call; one that was used is nobody's any more."""
    sent = known.get("sent")
    slot = str(sent.get("slot", "")) if isinstance(sent, Mapping) else ""
    return "" if slot == batch.slot else slot


def _attempt(known: Mapping[str, Any]) -> int:
    """Which attempt of the batch this is, as the machine counts; 0 if it does not say."""
    attempt = known.get("attempt")
    return int(attempt.get("number", 0)) if isinstance(attempt, Mapping) else 0


def _ours(judgement: Judgement, records: list[Record]) -> Judgement:
    """The same of the ledger's records: the authority names them by the ids it knows them by."""
    ours = {record.sent_as: record.id for record in records}
    known = {ours[one]: why for one, why in judgement.rejected.items() if one in ours}
    # Other ids may be anything. Errors that name no record of ours are like none with detail.
    kept = frozenset(ours[one] for one in judgement.accepted if one in ours)
    return replace(judgement, rejected=known, accepted=kept)


def _next(
    run: Run, batch: Batch, answer: client.Answer, judgement: Judgement, attempt: int
) -> dict[str, Any]:
    """What the machine has to do after an answer."""
    if judgement.outcome is Outcome.STOP:
        holding.stopped(judgement)
    if judgement.outcome is Outcome.BURY:
        pace.note(failed=False)
        if batch.state is State.DEAD:  # an answer that nobody understands
            return _asking(batch)
        return said(Outcome.BURY, 0, judgement.reason)
    if judgement.outcome is not Outcome.RETRY:
        pace.note(failed=False)
        return said(judgement.outcome, pace.rest(), judgement.reason)
    told = rules.bounded(answer.retry_after, _left(run))
    paused = 0 if rules.is_too_fast(answer.status) else pace.note(failed=True)
    if paused or is_no_fault_of_its_own(answer, attempt):
        # The authority is down for everybody, or busy: this costs the batch no attempt.
        return said(Outcome.PACE, max(paused or PAUSE, told), judgement.reason)
    if attempt >= LAST and _may_be_there(batch):
        return _asking(batch)
    return said(Outcome.RETRY, told, judgement.reason)


def is_no_fault_of_its_own(answer: client.Answer, attempt: int) -> bool:
    """Whether a last attempt failed for a reason that has nothing to do with its batch.

    Either calls come too fast, or none of anybody has passed since the batch's first
    attempt and the authority says by how it fails that it is down.
    """
    if attempt < LAST:
        return False
    if rules.is_too_fast(answer.status):
        return True
    return rules.is_down(answer.status) and pace.failures() > LAST


def _may_be_there(batch: Batch) -> bool:
    """Whether the authority may have taken a batch that it did not answer."""
    return State.UNKNOWN in {one.state for one in batch.history}


def _asking(batch: Batch) -> dict[str, Any]:
    """Before a batch is given up: ask what became of its key."""
    batches.save(batch.become(State.UNKNOWN, clock.now(), ASKING))
    return said(Outcome.PACE, max(1, pace.rest()), ASKING)


def _asked(run: Run, batch: Batch, turn: Any) -> dict[str, Any]:
    """Read a batch back by its key. Only a clear answer decides."""
    pace.await_turn(turn)
    answer = client.read_batch(batch.key)
    batch = replace(batch, chain=evidence.keep(run, batch, batch.attempts, None, answer))
    found = rules.judge_reading(answer.status, answer.body, batch.key, sent=answer.sent)
    records = batches.records(batch.run, batch.number)
    judgement = _ours(found, live(records))
    if judgement.outcome is Outcome.RETRY:
        paused = pace.note(failed=True)
        _asked_in_vain(batch)
        return said(Outcome.PACE, max(paused, PAUSE), judgement.reason)
    pace.note(failed=False)
    if judgement.outcome is Outcome.STOP:
        batches.save(batch)
        holding.stopped(judgement)
    elif _goes_again(batch, records, judgement):
        batches.save(batch.become(State.RETRYABLE, clock.now(), NEVER_CAME))
        return said(Outcome.PACE, max(1, pace.rest()), NEVER_CAME)
    else:
        before = f"{batch.answer or 'no answer'}; asked by key: "
        batch = _written(batch, answer, judgement, before=before)
    _tell(batch, judgement)
    rest = rules.divided(batch, records, clock.now()) if judgement.reason == NEVER_CAME else None
    if rest is not None:
        batches.save(rest)  # its other records go on under a key of their own
        return said(Outcome.ANSWERED, pace.rest(), OVERTAKEN)
    return said(judgement.outcome, pace.rest(), judgement.reason)


def _goes_again(batch: Batch, records: list[Record], judgement: Judgement) -> bool:
    """Whether a batch that never arrived is sent again, under its key, instead of given up.

    It was not its fault when the authority could not even say so at first: it was down.
    """
    if judgement.reason != NEVER_CAME or batch.history[-1].reason != IN_VAIN:
        return False
    return all(one.reason != OVERTAKEN for one in records)


def _asked_in_vain(batch: Batch) -> None:
    """Store the call, and once that the key was asked for in vain: an outage may be long."""
    known = batch.history[-1].reason == IN_VAIN
    batches.save(batch if known else batch.become(State.UNKNOWN, clock.now(), IN_VAIN))


def _left(run: Run) -> float:
    """Seconds, unscaled, until the run has to be over."""
    seconds = definition.machine(runs.definition(run)).seconds or DEADLINE
    passed = (clock.now() - run.began).total_seconds() / run.time_scale
    return max(0.0, seconds - passed)


def _tell(batch: Batch, judgement: Judgement) -> None:
    logger.info(
        "batch_sent",
        run=batch.run,
        batch=batch.number,
        attempt=batch.attempts,
        state=judgement.state.value,
        reason=judgement.reason,
    )
    metric("SyncCalls", outcome=judgement.state.value)


def batch_of(run: Run, number: str) -> Batch:
    found = batches.get(run.id, number)
    if found is None:
        raise Failed(BROKEN, f"Run {run.id} has no batch {number}.")
    return found


def _words(answer: client.Answer) -> str:
    """Status and known codes. An authority may quote a name or a CURP in its own words."""
    return f"{answer.status or 'no answer'} {answer.failure or rules.said(answer.body)}".strip()


def said(outcome: Outcome, seconds: int, reason: str = "", slot: str = "") -> dict[str, Any]:
    """What the machine is told; `slot` is the turn that was reserved, and comes back with it."""
    return {"outcome": outcome.value, "seconds": seconds, "reason": reason, "slot": slot}
