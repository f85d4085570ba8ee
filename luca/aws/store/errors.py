"""What can go wrong in the store, in our words and not PynamoDB's."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, TypeVar

from botocore.exceptions import BotoCoreError
from pynamodb.exceptions import PynamoDBException

from luca.kernel.errors import Conflict, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

R = TypeVar("R")
CONDITION_FAILED = "ConditionalCheckFailed"
BUSY = {
    "ProvisionedThroughputExceeded",
    "ThrottlingError",
    "Throttling",
    "RequestLimitExceeded",
    "TransactionConflict",
    "TransactionInProgress",
    "InternalServerError",
    "InternalFailure",  # what STS calls it
    "ServiceUnavailable",
    *("500", "502", "503", "504"),  # without a name: of something in between, a gateway
}
ATTEMPTS, FIRST_WAIT, LONGEST_WAIT = 8, 0.05, 2.0


class ConditionFailed(Conflict):
    """What was read is no longer so; `failed` names the parts of a transaction."""

    code = "changed_meanwhile"

    def __init__(self, failed: frozenset[str] = frozenset()) -> None:
        super().__init__("It was changed meanwhile: read it again and retry.")
        self.failed = failed


class Busy(Unavailable):
    """DynamoDB asks us to slow down, or two transactions met on one item."""

    code = "busy"

    def __init__(self) -> None:
        super().__init__("The store is busy; try again in a moment.")


class Unreachable(Unavailable):
    """DynamoDB, or the STS that lets us in, did not answer. A write may have happened."""

    code = "store_unreachable"

    def __init__(self) -> None:
        super().__init__("The store does not answer; try again in a moment.")


class translated:  # noqa: N801 -- reads as a verb in a `with`
    """Turn PynamoDB's errors into ours; whatever is neither passes as it is."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if not isinstance(error, PynamoDBException):
            return
        if unanswered(error):
            raise Unreachable from error
        found = code(error)
        if found == CONDITION_FAILED:
            raise ConditionFailed from error
        if found in BUSY:
            raise Busy from error


def unanswered(error: PynamoDBException) -> bool:
    """True when nothing came back: no connection, or silence until the timeout.

    Ask this before `code`: such an error has no response to read a code from.
    """
    return isinstance(error.cause, BotoCoreError)


def code(error: PynamoDBException) -> str:
    return (error.cause_response_code or "").removesuffix("Exception")


def pause(attempt: int) -> None:
    """Wait before another attempt: full jitter under a doubling bound."""
    bound = min(LONGEST_WAIT, FIRST_WAIT * 2**attempt)
    time.sleep(random.uniform(0, bound))  # noqa: S311 -- spreads load, hides nothing


def insistently(act: Callable[[], R], attempts: int = ATTEMPTS) -> R:
    """Do what is safe to repeat, and again after a pause while the store cannot."""
    for attempt in range(attempts - 1):
        try:
            return act()
        except (Busy, Unreachable):
            pause(attempt)
    return act()
