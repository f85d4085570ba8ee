"""Limits on guessing: passwords, codes, and asking for mail, per account and over all processes."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from luca.kernel import clock
from luca.kernel.errors import Invalid, TooMany, Unauthenticated
from luca.telemetry import hashed, log
from tenants.repository import attempts as repository
from tenants.repository.attempts import NONE, Attempts

# Seconds to wait after so many attempts; the last one also after every further attempt.
GUESSES = (0, 0, 0, 0, 30, 60, 120, 240, 480, 900)
MAILS = (0, 0, 300, 900)
RACES = 10  # attempts of the same account at the same moment that may come between
logger = log(__name__)


class Kind(StrEnum):
    PASSWORD = "PASSWORD"  # noqa: S105 -- a word
    TOTP = "TOTP"
    RESET = "RESET"
    MAIL = "MAIL"
    CHANGED = "CHANGED"  # no attempt: a password was reset, and whose is known at the next sign-in


@contextmanager
def limited(account: str, kind: Kind) -> Iterator[None]:
    """Count an attempt before it is made; TooMany while the account must wait.

    A success forgets the failures before it. What fails for another reason than the
    guess, because the pool is away, does not count.
    """
    before, after = _take(account, kind, GUESSES)
    try:
        yield
    except (Unauthenticated, Invalid):
        if after.until:
            logger.warning("sign_in_attempts_limited", account=hashed(account), kind=kind.value)
        raise
    except Exception:
        repository.save(account, kind, after, before)
        raise
    repository.forget(account, kind)


def count_mail(account: str) -> None:
    """Allow another mail to this address, or TooMany: every one counts."""
    _take(account, Kind.MAIL, MAILS)


def mark_changed(account: str) -> None:
    repository.mark(account, Kind.CHANGED)


def was_changed(account: str) -> bool:
    """Whether the password was reset since the last sign-in, until that is forgotten."""
    return repository.seen(account, Kind.CHANGED) != NONE


def forget(account: str, *kinds: Kind) -> None:
    for kind in kinds:
        repository.forget(account, kind)


def _take(account: str, kind: Kind, waits: tuple[int, ...]) -> tuple[Attempts, Attempts]:
    for _ in range(RACES):
        before = repository.seen(account, kind)
        now = int(clock.now().timestamp())
        if before.until > now:
            raise _wait(before.until - now)
        wait = waits[min(before.count, len(waits) - 1)]
        after = Attempts(before.count + 1, now + wait if wait else 0)
        if repository.save(account, kind, before, after):
            return before, after
    raise _wait(1)


def _wait(seconds: int) -> TooMany:
    return TooMany(
        "Too many attempts for this account; wait before the next.",
        code="too_many_attempts",
        wait=seconds,
    )
