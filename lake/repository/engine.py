"""Which engine answers questions: the same statements, on one machine and on AWS."""

from __future__ import annotations

from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from django.conf import settings

from lake.repository import athena, duck
from luca.kernel.errors import Unavailable

if TYPE_CHECKING:
    from lake.domain import Plan, Table

Gone = duck.Gone
# Questions of one process, those that wait included: all of one page, and fewer than the API has
# threads, so that whoever asks nothing of the lake is always served.
ROOM = BoundedSemaphore(10)


def run(plan: Plan) -> Table:
    """Answer, or raise Gone if the plan's files are no longer those of the lake."""
    if not ROOM.acquire(blocking=False):
        raise Unavailable("Others are asking the lake; try again in a moment.")
    try:
        return athena.run(plan) if settings.LAKE_ENGINE == "athena" else duck.run(plan)
    finally:
        ROOM.release()
