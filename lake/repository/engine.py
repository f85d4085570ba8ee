"""Which engine answers questions: the same statements, on one machine and on AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from lake.repository import athena, duck

if TYPE_CHECKING:
    from lake.domain import Plan, Table

Gone = duck.Gone


def run(plan: Plan) -> Table:
    """Answer, or raise Gone if the plan's files are no longer those of the lake."""
    return athena.run(plan) if settings.LAKE_ENGINE == "athena" else duck.run(plan)
