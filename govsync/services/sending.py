"""One batch and the authority: send it, write down the answer, carry the answer to the grades."""

from dataclasses import replace
from typing import Any

from govsync import client, pace, rules
from govsync.domain import ACCEPTED, UNDER_WAY, Batch, HoldReason, Record, Run, State
from govsync.repository import batches
from govsync.rules import Judgement, Outcome
from govsync.services import evidence, holding
from govsync.services.failures import BROKEN, Failed
from grades import services as grades
from luca.kernel import clock, context
from luca.telemetry import log, metric
from tenants.domain import Course

TOO_FAST = 429
logger = log(__name__)


def query_pending(run: Run) -> dict[str, Any]:
    """The next batch that is not finished, and whether it is the last one."""
    found = batches.next_open(run.id)
    if found is None:
        return {"remaining": 0, "batch": ""}
    number, more = found
    return {"remaining": 2 if more else 1, "batch": number}


def send_batch(run: Run, number: str) -> dict[str, Any]:
    """Post a batch once, when it is its turn. Its key was stored before and never changes.

    That it is in flight is stored before the call, and what came back after it:
    a worker that dies in between leaves a batch that is sent again under its key.
    """
    batch = _batch(run, number)
    if batch.state not in UNDER_WAY:
        return _said(Outcome.ANSWERED, 0)  # answered before; only the machine did not know
    if holding.held() is not None:
        return _said(Outcome.STOP, 0, "held")
    records = live(batches.records(run.id, number))
    body = rules.body(context.school(), run.period, records)
    turn = pace.turn()
    if isinstance(turn, int):
        return _said(Outcome.PACE, turn)
    attempts = batch.attempts + 1
    batch = batches.save(batch.become(State.IN_FLIGHT, clock.now(), attempts=attempts))
    pace.await_turn(turn)
    answer = client.send(batch.key, body)
    chain = evidence.keep(run, batch, attempts, body, answer)
    judgement = _judged(answer, records)
    batches.save(
        batch.become(
            judgement.state,
            clock.now(),
            judgement.reason,
            answer=_words(answer),
            rejected=judgement.rejected,
            taken=judgement.accepted,
            chain=chain,
        )
    )
    return _next(batch, answer, judgement)


def live(records: list[Record]) -> list[Record]:
    """The records that a batch really carries."""
    return [
        record for record in records if record.state is not State.SUPERSEDED and not record.moved_to
    ]


def _judged(answer: client.Answer, records: list[Record]) -> Judgement:
    judgement = rules.judge(answer.status, answer.body, sent=answer.sent)
    named = judgement.rejected.keys() & {record.id for record in records}
    if judgement.rejected and not named:
        return Judgement(Outcome.BURY, State.DEAD, "errors_name_no_record")
    known = {one: judgement.rejected[one] for one in named}  # other ids may be anything
    taken = judgement.accepted & {record.id for record in records}
    return replace(judgement, rejected=known, accepted=taken)


def _next(batch: Batch, answer: client.Answer, judgement: Judgement) -> dict[str, Any]:
    logger.info(
        "batch_sent",
        run=batch.run,
        batch=batch.number,
        attempt=batch.attempts,
        state=judgement.state.value,
        reason=judgement.reason,
    )
    metric("SyncCalls", outcome=judgement.state.value)
    if judgement.outcome is Outcome.STOP:
        holding.hold_by_luca(HoldReason.UNAUTHORIZED)
    if judgement.outcome is not Outcome.RETRY:
        pace.note(failed=False)
        return _said(judgement.outcome, pace.rest(), judgement.reason)
    if answer.status != TOO_FAST:
        paused = pace.note(failed=True)
        if paused:
            # The authority is down for everybody: this costs the batch no attempt.
            return _said(Outcome.PACE, paused, judgement.reason)
    return _said(Outcome.RETRY, answer.retry_after, judgement.reason)


def mark_synced(run: Run, number: str) -> None:
    """Carry a batch's answer to each of its records and to the grades."""
    batch = _batch(run, number)
    if batch.applied:
        return
    records = batches.records(run.id, number)
    at = clock.now()
    if batch.state in ACCEPTED:
        after = [_after(record, batch.state, batch, "") for record in records]
    elif batch.state is State.REJECTED_DATA:
        after = _divided(run, batch, records)
    else:
        raise Failed(BROKEN, f"Batch {number} is {batch.state} and has no answer to apply.")
    mark_grades(run, batch, after)
    finished = replace(batch, applied=True)
    line = batches.line_of(finished, after, size=size_of(batch, after))
    batches.settle(finished, after, line, was_open=True)
    metric("SyncRecordsAnswered", len(after))
    logger.info("batch_applied", run=run.id, batch=number, at=clock.stamp(at))


def mark_grades(run: Run, batch: Batch, records: list[Record]) -> None:
    """Tell the grades which of them the authority has; a newer version keeps its own fate."""
    theirs = [record for record in records if record.state in ACCEPTED | {State.VERIFIED}]
    grades.mark_all_synced(
        [
            ((one.student, Course(one.subject, run.period), one.grade_version), one.state.value)
            for one in theirs
        ],
        batch.claim,
    )


def size_of(batch: Batch, records: list[Record]) -> int:
    """Records frozen from the snapshot; those of a batch split off are counted where they began."""
    return 0 if "." in batch.number else len(records)


def _divided(run: Run, batch: Batch, records: list[Record]) -> list[Record]:
    """Bad records are rejected; the good ones go on in a new batch under a new key."""
    onward = f"{batch.number}.1"
    after: list[Record] = []
    good: list[Record] = []
    for record in records:
        if record.id in batch.rejected:
            why = batch.rejected[record.id]
            after.append(_after(record, State.REJECTED_DATA, batch, why))
        elif record.id in batch.taken:
            after.append(_after(record, State.ACCEPTED, batch, "taken_in_part"))
        elif record.state is State.SUPERSEDED:
            after.append(record)
        else:
            good.append(replace(record, position=len(good)))
            after.append(replace(record, moved_to=onward))
    if good:
        key = rules.batch_key(good)
        fresh = Batch(run=run.id, number=onward, state=State.DRAFT, count=len(good), key=key)
        batches.add(fresh.become(State.PENDING, clock.now(), f"split_off_{batch.number}"), good)
    return after


def _after(record: Record, state: State, batch: Batch, reason: str) -> Record:
    if record.state is State.SUPERSEDED:
        return record
    return record.become(state, batch.history[-1].at, batch.attempts, reason)


def _batch(run: Run, number: str) -> Batch:
    found = batches.get(run.id, number)
    if found is None:
        raise Failed(BROKEN, f"Run {run.id} has no batch {number}.")
    return found


def _words(answer: client.Answer) -> str:
    """Status and known codes. An authority may quote a name or a CURP in its own words."""
    return f"{answer.status or 'no answer'} {answer.failure or rules.said(answer.body)}".strip()


def _said(outcome: Outcome, seconds: int, reason: str = "", slot: str = "") -> dict[str, Any]:
    """What the machine is told; `slot` is the turn that was reserved, and comes back with it."""
    return {"outcome": outcome.value, "seconds": seconds, "reason": reason, "slot": slot}
