"""Setting aside what is refused for good: the letters first, the deletion after.

Whoever dies in between leaves the message to the queue, which gives it up by
itself: then its events are among the dead letters twice, and never nowhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from behavior.services import refused
from luca.aws import dead_letters
from luca.telemetry import log

if TYPE_CHECKING:
    from collections.abc import Mapping

    from behavior.domain import Letter

DEAD = "behavior-dlq"
logger = log(__name__)


def bury(letters: Mapping[str, list[Letter]]) -> list[str]:
    """Send the letters of each message, by receipt; return whose letters are all there."""
    buried = {receipt: some for receipt, some in letters.items() if _sent(some)}
    refused.tell_schools(letter for some in buried.values() for letter in some)
    return list(buried)


def _sent(letters: list[Letter]) -> bool:
    """Send what fits; a message whose letters do not is the queue's to give up, as it is."""
    spelled = [(one, beside(one)) for one in letters]
    if not all(dead_letters.fits(one.body, attributes) for one, attributes in spelled):
        return False
    try:
        for one, attributes in spelled:
            dead_letters.send(DEAD, one.body, attributes)
    except Exception as error:  # noqa: BLE001 -- the queue gives it up without a letter: worse, and nothing is lost
        logger.warning("letters_not_sent", error=type(error).__name__)
        return False
    return True


def beside(letter: Letter) -> dict[str, str]:
    """What stands beside a letter's body."""
    return {
        "reason_code": letter.code,
        "reason": letter.reason,
        "school_id": letter.school,
        "refused_at": letter.refused_at,
    }
