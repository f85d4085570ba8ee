"""A day's check of a period, and what the authority holds changed behind its back."""

import time
from typing import Any

from govsync import services
from govsync.services import Watch
from govsync.tests.cast import AUTUMN
from govsync.tests.outside import Outside
from luca.kernel import context
from luca.kernel.ids import PeriodId


def looked_at(period: PeriodId = AUTUMN) -> Watch:
    """Do what workers do until the check of a period has come to its end."""
    before = services.watched(period)
    assert before is not None
    until = time.monotonic() + 60
    while time.monotonic() < until:
        found = services.watched(period)
        assert found is not None
        if found.checked != before.checked:
            return found
        services.check_period(period, found.version)
        time.sleep(0.02)
    raise AssertionError(f"The check has not ended: {found}")


def somebody_sends(authority: Outside, key: str, record: str, score: str = "1") -> None:
    """A record reaches the authority, and not from us."""
    one = {"record_id": record, "revision": "e" * 64, "student": "x", "subject": "maths"}
    grades: list[Any] = [{**one, "score": score}]
    body = {"school_id": context.school(), "period": AUTUMN, "grades": grades}
    status, said = authority.post(key, body)
    assert status == 200, said
