"""What operators ask of the queue."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from behavior.services.burying import DEAD
from behavior.services.letters import Letter, Walk, Wanted, answering
from behavior.services.sending import QUEUE
from luca.aws import metrics, queue
from luca.kernel.errors import Unavailable


@dataclass(frozen=True, slots=True)
class Refused:
    """The dead letters of one school for one reason."""

    school: str
    reason: str
    messages: int
    events: int


@dataclass(frozen=True, slots=True)
class Status:
    """How many messages are where; SQS's figures are approximate."""

    waiting: int
    in_flight: int
    oldest_seconds: int | None  # None: CloudWatch knows nothing of the last minutes
    dead: int
    letters: list[Refused] = field(default_factory=list)
    whole: bool = True  # the letters are all there are, and not a sample


def status(school: str = "") -> Status:
    """Count messages, each of 1 to 50 events, and the dead letters by school and reason."""
    if not (queue.url(QUEUE) and queue.url(DEAD)):
        raise Unavailable("LUCA_BEHAVIOR_QUEUE_URL and LUCA_BEHAVIOR_DLQ_URL are not set.")
    with answering():
        here, dead = queue.depth(QUEUE), queue.depth(DEAD)
        letters, whole = _counted(Wanted(school=school)) if dead.total else ([], True)
    return Status(
        waiting=here.waiting + here.delayed,
        in_flight=here.in_flight,
        oldest_seconds=metrics.oldest(QUEUE),
        dead=dead.total,
        letters=letters,
        whole=whole,
    )


def dead_letters(wanted: Wanted, limit: int) -> list[Letter]:
    """Return letters, the oldest first."""
    with answering(), Walk() as walk:
        found = [one for one in walk.letters() if wanted.fits(one)]
    return sorted(found, key=lambda one: one.when)[:limit]


def _counted(wanted: Wanted) -> tuple[list[Refused], bool]:
    messages: Counter[tuple[str, str]] = Counter()
    events: Counter[tuple[str, str]] = Counter()
    with Walk() as walk:
        for letter in walk.letters():
            if wanted.fits(letter):
                messages.update((letter.school, code) for code in letter.codes)
                events.update({(letter.school, code): n for code, n in letter.codes.items()})
    found = [Refused(*place, messages[place], events[place]) for place in sorted(messages)]
    return found, walk.whole
