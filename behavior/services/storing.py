"""Storing what the queue delivers: each school by itself, each message by itself.

Nothing here depends on when a message arrives or in which company, so that a
redelivery after a crash leads to the same items.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from behavior import repository, rules
from behavior.domain import Event, Origin, Refusal
from behavior.services.access import foreign
from behavior.services.sending import NOT_YOURS
from behavior.services.types import judged
from luca.aws.queue import Received
from luca.kernel import clock, context
from luca.kernel.errors import Invalid
from luca.telemetry import log

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from behavior.rules import Parcel

    Patience = Callable[[Callable[[], None]], None]

ANOTHER_BODY = "event_id: Another event has this id."
REDELIVERED = Received(body="", receipt="", id="", receives=2, sent=0)
logger = log(__name__)


@dataclass(slots=True)
class Tally:
    """What became of one school's deliveries.

    A refused event is counted when it comes for the first time, not again on
    its way to the dead letters.
    """

    received: int = 0
    stored: int = 0
    duplicate: int = 0
    rejected: int = 0
    lag: float = 0  # seconds from acceptance to storage, of the slowest

    def add(self, other: Tally) -> None:
        self.received += other.received
        self.stored += other.stored
        self.duplicate += other.duplicate
        self.rejected += other.rejected
        self.lag = max(self.lag, other.lag)


@dataclass(slots=True)
class Outcome:
    """Which messages are done with, and why the others are not.

    What is `refused` would be refused again; what `failed` may pass later.
    """

    done: list[Received] = field(default_factory=list)
    refused: list[tuple[Received, str]] = field(default_factory=list)
    failed: list[tuple[Received, str]] = field(default_factory=list)
    tallies: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))

    def refuse(self, message: Received, reason: str) -> None:
        """Note why, here and in the log: the dead letters carry no reason of their own."""
        self.refused.append((message, reason))
        logger.warning(
            "message_refused", reason=reason, message_id=message.id, receives=message.receives
        )


@dataclass(slots=True)
class _Work:
    """One message in work: what is good in it, and what is not."""

    message: Received
    parcel: Parcel
    events: list[Event]
    reasons: list[str]

    @property
    def is_new(self) -> bool:
        return self.message.receives == 1

    def refuse(self, event: Event, reason: str) -> None:
        self.events = [one for one in self.events if one is not event]
        self.reasons.append(reason)


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
        else:
            schools[parcel.origin.school].append(_started(message, parcel))
    for school, work in schools.items():
        # What was delivered before comes first: it stands against a newcomer with its id.
        work.sort(key=lambda one: -one.message.receives)
        with context.entered(school=school):
            _ingest_school(work, outcome, patiently)
    return outcome


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
        reasons=[one.reason for one in parcel.events if isinstance(one, Refusal)],
    )


def _ingest_school(work: list[_Work], outcome: Outcome, patiently: Patience) -> None:
    fresh: list[Event] = []
    try:
        patiently(lambda: fresh.extend(_judged(work)))
        patiently(lambda: repository.save(fresh))
    except Invalid as error:
        _one_by_one(work, outcome, patiently, error)
    except Exception as error:  # noqa: BLE001 -- one school's trouble, whatever it is, must not stop the others
        logger.warning("events_not_stored", error=type(error).__name__, messages=len(work))
        outcome.failed += [(one.message, type(error).__name__) for one in work]
    else:
        _settle(work, len(fresh), outcome)


def _one_by_one(work: list[_Work], outcome: Outcome, patiently: Patience, error: Invalid) -> None:
    """Find the message that DynamoDB does not take, so that it fails alone."""
    if len(work) == 1:
        outcome.failed.append((work[0].message, str(error)))
        return
    for one in work:
        _ingest_school([_started(one.message, one.parcel)], outcome, patiently)


def _judged(work: list[_Work]) -> list[Event]:
    """Refuse what may not be stored and return the rest; safe to repeat."""
    for one in work:
        _check_types(one)
        _authorise(one)
    return _fresh(work)


def _check_types(work: _Work) -> None:
    """Refuse what no type of the school takes, whoever sent it."""
    for event, verdict in zip(work.events, judged(work.events), strict=True):
        if isinstance(verdict, Refusal):
            work.refuse(event, verdict.reason)


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
    for event in [event for event in work.events if event.student in wrong]:
        work.refuse(event, f"student: {NOT_YOURS}")


def _fresh(work: list[_Work]) -> list[Event]:
    """Return what has to be written: once each, and nothing that contradicts."""
    found = rules.once_each(_deliveries(work))
    for one, event in found.conflicts:
        one.refuse(event, ANOTHER_BODY)
    again = [one for one in work if not one.is_new]
    if not again:
        return found.events
    stored = repository.digests(event for one in again for event in one.events)
    for one in again:
        for event in one.events:
            if stored.get(event.key, event.digest) != event.digest:
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
        if not one.reasons:
            outcome.done.append(one.message)
            continue
        with context.entered(school=context.school(), correlation_id=one.parcel.correlation_id):
            outcome.refuse(one.message, "; ".join(sorted(set(one.reasons))))
        if one.is_new:
            tally.rejected += len(one.reasons)
    tally.duplicate = good - stored
    logger.info(
        "events_stored",
        events=stored,
        duplicates=tally.duplicate,
        messages=len(work),
        correlation_ids=sorted({one.parcel.correlation_id for one in work}),
    )
    outcome.tallies[context.school()].add(tally)
