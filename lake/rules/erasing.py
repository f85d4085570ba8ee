"""Which rows an order to erase somebody takes out of the lake.

They are those that the erasure took out of the table: all of the person's, but for the academic
record of periods that were closed by then, which a school has to certify.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from lake.domain import Change

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lake.domain import Value

RECORD = {"enrolled", "course_of_student", "enrolment_change", "grade", "grade_version"}
# The erasure's own removals are written before it ends, by a clock that is not ours.
SKEW = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Order:
    """Erase what was written about a person up to a time."""

    person: str
    until: datetime
    keeps: frozenset[str]  # the periods whose academic record stays


def is_erased(row: Mapping[str, Value], order: Order) -> bool:
    """Whether a row of the person is to go."""
    return not (_is_later(row, order) or (row["kind"] in RECORD and _period(row) in order.keeps))


def _is_later(row: Mapping[str, Value], order: Order) -> bool:
    """Whether a row tells of something that happened after the erasure.

    Removals bear the image of what was removed. Those that the erasure wrote do not; nor do those
    that were filled in because the stream had lost them, at whatever time.
    """
    if row["change"] != Change.DELETE:
        return _written(row) > order.until
    return bool(row["sequence"]) and _written(row) > order.until + SKEW


def digest(orders: Iterable[Order]) -> str:
    """What a partition's manifest remembers of the orders it obeys; it names nobody."""
    told = sorted([one.person, one.until.isoformat(), sorted(one.keeps)] for one in orders)
    return hashlib.sha256(json.dumps(told).encode()).hexdigest() if told else ""


def _written(row: Mapping[str, Value]) -> datetime:
    return datetime.strptime(str(row["written_at"]), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def _period(row: Mapping[str, Value]) -> str:
    """A row's own word, or of a roster the last part of its key."""
    return str(row.get("period") or str(row["pk"]).rpartition("#")[2])
