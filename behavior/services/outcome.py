"""What became of the deliveries of one batch."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from luca.telemetry import log

if TYPE_CHECKING:
    from behavior.domain import Letter
    from luca.aws.queue import Received

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

    What is `refused` would be refused again; what `failed` may pass later. Of
    either, messages that came for the last time have `letters`, by receipt.
    """

    done: list[Received] = field(default_factory=list)
    refused: list[tuple[Received, str]] = field(default_factory=list)
    failed: list[tuple[Received, str]] = field(default_factory=list)
    letters: dict[str, list[Letter]] = field(default_factory=dict)
    tallies: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))

    def refuse(self, message: Received, reason: str) -> None:
        """Note why, here and in the log; the letter comes with the last receive only."""
        self.refused.append((message, reason))
        logger.warning(
            "message_refused", reason=reason, message_id=message.id, receives=message.receives
        )
