"""Storing what the queue delivers: each school by itself, each message by itself.

Nothing here depends on when a message arrives or in which company, so that a
redelivery after a crash leads to the same items.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from behavior import repository, rules
from behavior.domain import Event, Letter, Origin, Refusal
from behavior.services.access import foreign, is_left_to_staff
from behavior.services.outcome import Outcome, Tally
from behavior.services.sending import LEFT_TO_STAFF, NOT_YOURS
from behavior.services.types import judged
from luca.aws.queue import Received
from luca.kernel import clock, context
from luca.kernel.errors import FieldError, Invalid
from luca.telemetry import log

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from behavior.rules import Parcel

    Patience = Callable[[Callable[[], None]], None]

LAST_RECEIVE = 3  # after which SQS gives a message up: `max_receive_count` of the queue
FOREIGN = Refusal((FieldError("student", NOT_YOURS),), "not_allowed")
UNBEFITTING = Refusal((FieldError("type", LEFT_TO_STAFF),), "not_allowed")
ANOTHER_BODY = Refusal((FieldError("event_id", "Another event has this id."),), "another_body")
FAULTS = (ValueError, TypeError, LookupError, ArithmeticError, RecursionError)  # of code over input
REDELIVERED = Received(body="", receipt="", id="", receives=2, sent=0)
logger = log(__name__)


@dataclass(slots=True)
class _Work:
    """One message in work: what is good in it, and what is not."""

    message: Received
    parcel: Parcel
    events: list[Event]
    refusals: dict[int, Refusal]  # by place in the message

    @property
    def is_new(self) -> bool:
        return self.message.receives == 1 and not self.parcel.again

    @property
    def reason(self) -> str:
        return "; ".join(sorted({one.reason for one in self.refusals.values()}))

    def refuse(self, event: Event, refusal: Refusal) -> None:
        self.events = [one for one in self.events if one is not event]
        place = next(n for n, one in enumerate(self.parcel.events) if one is event)
        self.refusals[place] = refusal

    def give_up(self, outcome: Outcome, otherwise: Refusal | None = None) -> None:
        """Write the letters if this was the last receive; `otherwise` is for the good events."""
        if self.message.receives < LAST_RECEIVE:
            return
        others = (
            {} if otherwise is None else dict.fromkeys(range(len(self.parcel.events)), otherwise)
        )
        refusals = {**others, **self.refusals}
        outcome.letters[self.message.receipt] = _letters(self.message.body, self.parcel, refusals)


def _letters(body: str, parcel: Parcel, refusals: dict[int, Refusal]) -> list[Letter]:
    at = clock.stamp(clock.now())
    try:
        return rules.letters.by_reason(body, parcel, refusals, at)
    except FAULTS as error:  # better all of it than nothing, or than the other messages' trouble
        logger.warning("letter_not_divided", error=type(error).__name__)
        return [rules.letters.whole(body, refusals[min(refusals)], at)]


def at_once(action: Callable[[], None]) -> None:
    """Have no patience: whatever fails, fails."""
    action()


def store(events: Iterable[Event]) -> None:
    """Write events of the context's school; again and again, with one result."""
    repository.save(rules.once_each((None, event) for event in events).events)


def ingest(messages: Iterable[Received], patiently: Patience = at_once) -> Outcome:
    """Store what the messages carry.

    One that cannot be read, or that fails, leaves the others as they are.
    `patiently` runs whatever asks the store, and may repeat it while that is busy.
    """
    outcome = Outcome()
    schools: dict[str, list[_Work]] = defaultdict(list)
    for message in messages:
        parcel = rules.opened(message.body)
        if isinstance(parcel, Refusal):
            outcome.refuse(message, parcel.reason)
            if message.receives >= LAST_RECEIVE:
                at = clock.stamp(clock.now())
                outcome.letters[message.receipt] = [rules.letters.whole(message.body, parcel, at)]
        else:
            schools[parcel.origin.school].append(_started(message, parcel))
    for school, work in schools.items():
        # What was delivered before comes first: it stands against a newcomer with its id.
        work.sort(key=lambda one: -one.message.receives)
        with context.entered(school=school):
            _ingest_school(work, outcome, patiently)
    return outcome


def judge(body: str) -> Refusal | dict[int, Refusal]:
    """Say what would be refused of a message now, by place, and store nothing."""
    parcel = rules.opened(body)
    if isinstance(parcel, Refusal):
        return parcel
    work = _started(REDELIVERED, parcel)
    with context.entered(school=parcel.origin.school):
        _judged([work])
    return work.refusals


def ingest_call(
    events: Any,
    *,
    received_at: int,
    request_id: str,
    backfill: bool = False,
    statements: bool = False,
) -> str | None:
    """Store what one call of the task carries; return why not, if not.

    The school, the actor and the groups are the context's. It may have been
    delivered before, so what is stored already is compared.
    """
    origin = Origin(
        school=context.school(),
        actor=context.actor() or "",
        request=request_id,
        received=rules.instant_of(received_at),
        backfill=backfill,
        statements=statements,
    )
    verdicts = rules.read(msgspec.json.encode(events), origin)
    parcel = rules.Parcel(origin, context.groups(), context.correlation_id(), verdicts)
    outcome = Outcome()
    _ingest_school([_started(REDELIVERED, parcel)], outcome, at_once)
    return next((reason for _, reason in [*outcome.refused, *outcome.failed]), None)


def _started(message: Received, parcel: Parcel) -> _Work:
    return _Work(
        message,
        parcel,
        events=[one for one in parcel.events if isinstance(one, Event)],
        refusals={n: one for n, one in enumerate(parcel.events) if isinstance(one, Refusal)},
    )


def _ingest_school(work: list[_Work], outcome: Outcome, patiently: Patience) -> None:
    fresh: list[Event] = []
    try:
        patiently(lambda: fresh.extend(_judged(work)))
        patiently(lambda: repository.save(fresh))
    except Invalid:
        for one in work:
            _event_by_event(_started(one.message, one.parcel), outcome, patiently)
    except Exception as error:  # noqa: BLE001 -- one school's trouble, whatever it is, must not stop the others
        if len(work) == 1 or not isinstance(error, FAULTS):
            _fail(work, error, outcome)
            return
        for one in work:  # what one of them does to our code is not the others' trouble
            _ingest_school([_started(one.message, one.parcel)], outcome, patiently)
    else:
        _settle(work, len(fresh), outcome)


def _event_by_event(one: _Work, outcome: Outcome, patiently: Patience) -> None:
    """Find the events that DynamoDB does not take, so that they fail alone."""
    fresh: list[Event] = []
    try:
        patiently(lambda: fresh.extend(_judged([one])))
        stored = sum(_taken(one, event, patiently) for event in fresh)
    except Exception as error:  # noqa: BLE001 -- as above
        _fail([one], error, outcome)
    else:
        _settle([one], stored, outcome)


def _taken(one: _Work, event: Event, patiently: Patience) -> bool:
    try:
        patiently(lambda: repository.save([event]))
    except Invalid as error:
        one.refuse(event, Refusal((FieldError("", str(error)),), "not_stored"))
        return False
    return True


def _fail(work: list[_Work], error: Exception, outcome: Outcome) -> None:
    """Leave the messages of one school for later, or for the dead letters if this was the last."""
    reason = type(error).__name__
    logger.warning("events_not_stored", error=reason, messages=len(work))
    refusal = Refusal((FieldError("", f"Could not be stored: {reason}"),), "not_stored")
    for one in work:
        outcome.failed.append((one.message, reason))
        one.give_up(outcome, refusal)


def _judged(work: list[_Work]) -> list[Event]:
    """Refuse what may not be stored and return the rest; safe to repeat."""
    _check_types(work)
    for one in work:
        _authorise(one)
    return _fresh(work)


def _check_types(work: list[_Work]) -> None:
    """Refuse what no type of the school takes, unless it is stored from when one did."""
    given = [pair for pair, _ in _deliveries(work)]
    found = zip(given, judged(event for _, event in given), strict=True)
    wrong = [(*pair, verdict) for pair, verdict in found if isinstance(verdict, Refusal)]
    there = repository.digests(event for one, event, _ in wrong if not one.is_new)
    for one, event, refusal in wrong:
        if there.get(event.key) != event.digest:
            one.refuse(event, refusal)


def _authorise(work: _Work) -> None:
    """Refuse what the sender may not record; a backfill is the operators' own."""
    origin = work.parcel.origin
    if origin.backfill:
        return
    with context.entered(
        school=origin.school,
        actor=origin.actor,
        groups=work.parcel.groups,
        correlation_id=work.parcel.correlation_id,
    ):
        wrong = foreign({event.student for event in work.events})
        unbefitting = [event for event in work.events if is_left_to_staff(event)]
    for event in [event for event in work.events if event.student in wrong]:
        work.refuse(event, FOREIGN)
    for event in [event for event in unbefitting if event.student not in wrong]:
        work.refuse(event, UNBEFITTING)


def _fresh(work: list[_Work]) -> list[Event]:
    """Return what has to be written: once each, and nothing that contradicts."""
    again = [one for one in work if not one.is_new]
    stored = repository.digests(event for one in again for event in one.events) if again else {}
    for one in again:
        for event in one.events:
            if stored.get(event.key, event.digest) != event.digest:
                one.refuse(event, ANOTHER_BODY)
    found = rules.once_each(_deliveries(work))
    for one, event in found.conflicts:
        one.refuse(event, ANOTHER_BODY)
    return [event for event in found.events if event.key not in stored]


def _deliveries(work: list[_Work]) -> Iterator[tuple[tuple[_Work, Event], Event]]:
    for one in work:
        for event in one.events:
            yield (one, event), event


def _settle(work: list[_Work], stored: int, outcome: Outcome) -> None:
    now = clock.now()
    tally = Tally(stored=stored)
    good = 0
    for one in work:
        tally.received += len(one.parcel.events)
        good += len(one.events)
        tally.lag = max(tally.lag, (now - one.parcel.origin.received).total_seconds())
        if not one.refusals:
            outcome.done.append(one.message)
            continue
        with context.entered(school=context.school(), correlation_id=one.parcel.correlation_id):
            outcome.refuse(one.message, one.reason)
        one.give_up(outcome)
        if one.is_new:
            tally.rejected += len(one.refusals)
    tally.duplicate = good - stored
    logger.info(
        "events_stored",
        events=stored,
        duplicates=tally.duplicate,
        messages=len(work),
        correlation_ids=sorted({one.parcel.correlation_id for one in work}),
    )
    outcome.tallies[context.school()].add(tally)
