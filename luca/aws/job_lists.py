"""The newest jobs of one kind of work, for whoever comes back to look for theirs."""

from __future__ import annotations

from luca.aws import jobs, store
from luca.aws.jobs import ADMIN, LIST, Job, JobItem, job_of
from luca.aws.table import tenant_key
from luca.kernel import context
from luca.kernel.errors import NotFound
from luca.kernel.ids import ID

SHOWN = 20


def recent(work: str, limit: int = SHOWN) -> list[Job]:
    """The newest first, one Query; those of others are for school admins only.

    An index lists them, so one that was asked for a moment ago may be missing.
    """
    page = store.query(
        JobItem, tenant_key(LIST, work), index="GSI1", newest_first=True, limit=limit
    )
    actor = context.actor()
    every = actor is None or ADMIN in context.groups()
    return [job_of(item) for item in page.items if every or item.asked_by == actor]


def one_of(work: str, identity: str) -> Job:
    """A job of this kind, to whom it may be shown; for others there is none."""
    found = jobs.get(identity) if ID.fullmatch(identity) else None
    if found is None or found.work != work:
        raise NotFound("There is no such job.", code="job_not_found")
    return found
