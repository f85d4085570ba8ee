"""How often somebody has tried to sign in lately: one row for an account and kind of attempt.

Every process counts in the same row, each attempt before it is made, in a write that is
conditional on what was read: any number of attempts at once is still counted one by one.
"""

from dataclasses import dataclass

from luca.aws import store
from luca.kernel import clock
from tenants import keys
from tenants.models import AttemptsRow

KEPT = 3600  # seconds after the last attempt
LONGEST = 30 * 24 * 3600  # as long as anybody stays signed in


@dataclass(frozen=True, slots=True)
class Attempts:
    count: int = 0
    until: int = 0  # epoch seconds


NONE = Attempts()


def seen(account: str, kind: str) -> Attempts:
    row = store.get(AttemptsRow, keys.attempts(account), kind, consistent=True)
    return NONE if row is None else Attempts(row.tries, row.until)


def save(account: str, kind: str, before: Attempts, after: Attempts) -> bool:
    """Write if it is still as it was seen; False when another attempt came between."""
    now = int(clock.now().timestamp())
    place = keys.attempts(account)
    row = AttemptsRow(place, kind, tries=after.count, until=after.until)
    row.ttl = max(now, after.until) + KEPT
    if before == NONE:
        absent = AttemptsRow.pk.does_not_exist() | (AttemptsRow.ttl <= now)
        condition = absent | (AttemptsRow.tries == 0)
    else:
        condition = (AttemptsRow.tries == before.count) & (AttemptsRow.until == before.until)
    try:
        store.put(row, condition)
    except store.ConditionFailed:
        return False
    return True


def mark(account: str, kind: str) -> None:
    """Leave a note for the account's next sign-in."""
    row = AttemptsRow(keys.attempts(account), kind, tries=1, until=0)
    row.ttl = int(clock.now().timestamp()) + LONGEST
    store.put(row)


def forget(account: str, kind: str) -> None:
    store.delete(AttemptsRow(keys.attempts(account), kind))
