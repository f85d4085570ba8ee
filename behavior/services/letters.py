"""The dead letters, as operators see them: read once, counted by reason, sent again.

SQS hands letters out at random and hides what it hands out. So whoever reads
them holds each for a moment only, meets some twice and puts all of them back.
"""

from __future__ import annotations

import time
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from behavior import rules
from behavior.domain import Refusal
from behavior.services.burying import DEAD
from behavior.services.storing import judge
from luca.aws import dead_letters, queue
from luca.kernel.errors import LucaError, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from behavior.rules.letters import Content
    from luca.aws.dead_letters import Found

HIDDEN = 30  # seconds; as long as a reader that is killed keeps letters from others
DEEPEST = 5_000  # letters that are looked at in one walk
WAIT = 1  # second: a long poll asks all of SQS's servers, a short one some
UNTOUCHED = Refusal((), "not_stored")


@dataclass(frozen=True, slots=True)
class Letter:
    """One dead letter as it lies in the queue."""

    id: str
    receipt: str
    body: str
    when: int  # epoch milliseconds: of the letter, or of a message that SQS moved by itself
    school: str
    codes: Mapping[str, int]  # how many of its events were refused for which reason
    reason: str
    contents: list[Content]

    @property
    def events(self) -> int:
        return len(self.contents)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which letters somebody asks for."""

    reason: str = ""
    school: str = ""

    def fits(self, letter: Letter) -> bool:
        return self.reason in {"", *letter.codes} and self.school in {"", letter.school}


@dataclass(slots=True)
class Walk:
    """Once through all letters; what was not taken is put back at the end, visible at once."""

    whole: bool = True  # none was left out for being too many
    _held: dict[str, str] = field(default_factory=dict)  # receipts by id

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(Exception):  # they come back by themselves, HIDDEN seconds later
            queue.extend(DEAD, self._held.values(), 0)

    def letters(self) -> Iterator[Letter]:
        """Yield each letter once."""
        known: set[str] = set()
        idle = 0  # calls in a row that brought nothing new
        while idle <= 3 + len(known) // queue.BATCH:
            found = dead_letters.receive(DEAD, wait=WAIT, visibility=HIDDEN)
            if not found:
                return
            self._held.update((one.message.id, one.message.receipt) for one in found)
            fresh = [one for one in found if one.message.id not in known]
            known.update(one.message.id for one in fresh)
            idle = 0 if fresh else idle + 1
            yield from self._unhurried(fresh)
            if len(self._held) >= DEEPEST:
                self.whole = False
                return

    def take(self, letter: Letter) -> None:
        """Delete a letter."""
        queue.delete(DEAD, [self._held.pop(letter.id)])

    def _unhurried(self, found: list[Found]) -> Iterator[Letter]:
        """Keep ten letters hidden while somebody goes through them one by one."""
        since = time.monotonic()
        for place, one in enumerate(found):
            if time.monotonic() - since > HIDDEN / 2:
                queue.extend(DEAD, [left.message.receipt for left in found[place:]], HIDDEN)
                since = time.monotonic()
            yield read(one)


def read(found: Found) -> Letter:
    """Understand a letter; one without a reason beside it is judged again."""
    body = found.message.body
    contents = rules.letters.contents(body)
    code = found.attributes.get("reason_code", "")
    reason = found.attributes.get("reason", "")
    codes: Mapping[str, int] = {code: len(contents)}
    if not code:
        codes, reason = _judged(body, len(contents))
    school = found.attributes.get("school_id") or rules.school_of(body)
    message = found.message
    return Letter(message.id, message.receipt, body, message.sent, school, codes, reason, contents)


def _judged(body: str, events: int) -> tuple[Mapping[str, int], str]:
    try:
        verdict = judge(body)
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is why nothing can be stored
        return {UNTOUCHED.code: events}, f"Cannot be judged: {type(error).__name__}"
    if isinstance(verdict, Refusal):
        return {verdict.code: events}, rules.letters.line(verdict.reason)
    codes = Counter(one.code for one in verdict.values())
    reasons = {one.reason for one in verdict.values()}
    if len(verdict) < events:
        codes[UNTOUCHED.code] += events - len(verdict)
        reasons.add("Nothing is wrong with it now: three consumers failed over it.")
    return codes, rules.letters.line("; ".join(sorted(reasons)))


@contextmanager
def answering() -> Iterator[None]:
    """Turn whatever a queue says instead of an answer into one line for an operator."""
    try:
        yield
    except LucaError:
        raise
    except Exception as error:
        raise Unavailable(f"The queue does not answer ({type(error).__name__}).") from error
