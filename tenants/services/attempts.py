"""Limits on guessing: passwords, codes, and asking for mail, per account and over all processes.

Where strangers can guess, the growing waits are those of an account and the address that asks:
whoever guesses makes themselves wait, and not the owner elsewhere. All addresses together have
so many attempts an hour.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from enum import StrEnum

from luca.kernel import clock
from luca.kernel.errors import Invalid, TooMany, Unauthenticated
from luca.telemetry import hashed, log
from tenants.repository import attempts as repository
from tenants.repository.attempts import NONE, Attempts

# Seconds to wait after so many attempts; the last one also after every further attempt.
GUESSES = (0, 0, 0, 0, 30, 60, 120, 240, 480, 900)
MAILS = (0, 0, 300, 900)
HOUR = 3600
HOURLY = 100  # attempts on one account from everywhere; one address comes to a dozen
RACES = 10  # attempts of the same account at the same moment that may come between
Waits = Callable[[int, int], int]  # seconds to wait after an attempt: the how manyth, and now
logger = log(__name__)


class Kind(StrEnum):
    PASSWORD = "PASSWORD"  # noqa: S105 -- a word
    TOTP = "TOTP"
    RESET = "RESET"
    MAIL = "MAIL"
    CHANGED = "CHANGED"  # no attempt: a password was reset, and whose is known at the next sign-in


@contextmanager
def limited(account: str, kind: Kind, address: str = "") -> Iterator[None]:
    """Count an attempt before it is made; TooMany while it must wait.

    A success forgets the failures before it. What fails for another reason than the
    guess, because the pool is away, does not count.
    """
    with ExitStack() as stack:
        stack.enter_context(_counted(_own(account, address), kind, _growing(GUESSES)))
        if address:  # counted second: who has to wait uses up nobody's hour
            stack.enter_context(_counted(_everywhere(account), kind, _hourly))
        yield


@contextmanager
def _counted(place: str, kind: Kind, waits: Waits) -> Iterator[None]:
    before, after = _take(place, kind, waits)
    try:
        yield
    except (Unauthenticated, Invalid):
        if after.until:
            account = place.partition("\0")[0]
            logger.warning("sign_in_attempts_limited", account=hashed(account), kind=kind.value)
        raise
    except Exception:
        repository.save(place, kind, after, before)
        raise
    repository.forget(place, kind)


def _own(account: str, address: str) -> str:
    return f"{account}\0{address}" if address else account


def _everywhere(account: str) -> str:
    return f"{account}\0\0{_now() // HOUR}"


def count_mail(account: str) -> None:
    """Allow another mail to this address, or TooMany: every one counts."""
    _take(account, Kind.MAIL, _growing(MAILS))


def mark_changed(account: str) -> None:
    repository.mark(account, Kind.CHANGED)


def was_changed(account: str) -> bool:
    """Whether the password was reset since the last sign-in, until that is forgotten."""
    return repository.seen(account, Kind.CHANGED) != NONE


def forget(account: str, kind: Kind, address: str = "") -> None:
    repository.forget(_own(account, address), kind)
    if address:
        repository.forget(_everywhere(account), kind)


def _growing(waits: tuple[int, ...]) -> Waits:
    return lambda nth, _: waits[min(nth, len(waits)) - 1]


def _hourly(nth: int, now: int) -> int:
    return HOUR - now % HOUR if nth >= HOURLY else 0


def _take(place: str, kind: Kind, waits: Waits) -> tuple[Attempts, Attempts]:
    for _ in range(RACES):
        before, now = repository.seen(place, kind), _now()
        if before.until > now:
            raise _wait(before.until - now)
        wait = waits(before.count + 1, now)
        after = Attempts(before.count + 1, now + wait if wait else 0)
        if repository.save(place, kind, before, after):
            return before, after
    raise _wait(1)


def _now() -> int:
    return int(clock.now().timestamp())


def _wait(seconds: int) -> TooMany:
    return TooMany(
        "Too many attempts for this account; wait before the next.",
        code="too_many_attempts",
        wait=seconds,
    )
