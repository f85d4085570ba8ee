"""Sending dead letters to the queue again, after their cause was mended."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from behavior import rules
from behavior.domain import Letter as Dead
from behavior.services.burying import DEAD
from behavior.services.letters import Letter, Walk, Wanted, answering
from behavior.services.refused import forget_letter
from behavior.services.sending import QUEUE
from luca.aws import dead_letters, queue
from luca.kernel.errors import Unavailable
from luca.telemetry import log

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SLACK = 100  # letters more than the figure that SQS gives
logger = log(__name__)


@dataclass(slots=True)
class Redriven:
    """What a redrive has done, or would do."""

    letters: int = 0
    events: int = 0
    whole: bool = True  # none was left out for being too many
    failure: str = ""  # why it ended before its time
    by_reason: Counter[str] = field(default_factory=Counter)  # letters

    def add(self, letter: Letter) -> None:
        self.letters += 1
        self.events += letter.events
        self.by_reason.update(letter.codes.keys())


@dataclass(frozen=True, slots=True)
class Pace:
    """How many letters, and how many a second; 0 is no bound."""

    limit: int = 0
    rate: float = 0


def redrive(
    wanted: Wanted,
    pace: Pace,
    *,
    dry_run: bool = False,
    moved: Callable[[], object] = lambda: None,
) -> Redriven:
    """Move letters one by one: to the queue first, out of the dead letters after.

    Killed in between, a letter is in both, and its events are stored once.
    What becomes a letter while this runs stays one: what is still refused comes
    back, and would go round for ever.
    """
    done = Redriven()
    try:
        with answering(), Walk() as walk:
            for letter in _due(walk, wanted, pace.limit):
                if not dry_run:
                    _wait(pace.rate if done.letters else 0)
                    _move(letter, walk)
                done.add(letter)
                moved()
            done.whole = walk.whole
    except Unavailable as error:
        done.failure = str(error)
    if not dry_run:
        logger.info("letters_redriven", messages=done.letters, events=done.events)
    return done


def _due(walk: Walk, wanted: Wanted, limit: int) -> Iterator[Letter]:
    """Yield the letters that were there when this began, and are asked for."""
    most = 2 * queue.depth(DEAD).total + SLACK  # the figure is approximate
    began = time.time() * 1000
    found = (one for one in walk.letters() if one.when <= began and wanted.fits(one))
    return islice(found, min(limit, most) if limit else most)


def _move(letter: Letter, walk: Walk) -> None:
    body = rules.letters.again(letter.body)
    if not dead_letters.fits(body, {}):
        body = letter.body
    if letter.school:  # first: what is refused again at once is in the school's list again
        forget_letter(Dead(letter.body, reason=letter.reason, school=letter.school))
    dead_letters.send(QUEUE, body, {}, group=letter.school)
    walk.take(letter.id)


def _wait(rate: float) -> None:
    if rate:
        time.sleep(1 / rate)
