"""The dead letters, as operators see them: read once, counted by reason, sent again."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from behavior import rules
from behavior.domain import Refusal
from behavior.services.burying import DEAD
from behavior.services.storing import judge
from luca.aws import dead_letters
from luca.kernel.errors import LucaError, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from behavior.rules.letters import Content
    from luca.aws.dead_letters import Found

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


class Walk(dead_letters.Walk):
    """Once through all letters, understood."""

    def __init__(self) -> None:
        super().__init__(DEAD)

    def letters(self) -> Iterator[Letter]:
        """Yield each letter once."""
        return map(read, self.found())


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
