"""Whether this program may write the lake that is there."""

from __future__ import annotations

from lake.definition import datasets
from lake.repository import schema
from lake.rules import schema as rules
from luca.kernel.errors import Conflict


def check_definition(*, remember: bool = True) -> None:
    """Refuse to write by a definition that lost or changed a column of what is in the lake.

    A definition that only adds is remembered from now on, and an older program is refused then.
    """
    before = schema.recorded()
    now = rules.shape(datasets())
    lost = rules.breaks(before.shape, now) if before else []
    if lost:
        more = f" ({len(lost) - 1} more)" if len(lost) > 1 else ""
        message = f"deploy/lake.json contradicts the lake that is there: {lost[0]}{more}"
        raise Conflict(message, code="lake_schema_changed")
    if remember and (before is None or before.shape != now):
        schema.record(now, before)
