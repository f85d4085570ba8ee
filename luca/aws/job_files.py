"""What jobs leave in S3, under `jobs/<id>/`: it holds people, so it goes when one of them goes.

| item | kind | PK | SK |
|---|---|---|---|
| when all of them were thrown away | ``job_barrier`` | `T#JOBS` | `BARRIER` |

Work that was under way then may have read somebody who is gone: what it makes is stored only
if the barrier is still as it was before the work began (`barrier`, `join`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pynamodb.attributes import UnicodeAttribute

from luca.aws import storage, store
from luca.aws.table import TenantItem, tenant_key
from luca.kernel import clock
from luca.kernel.ids import uuid7

if TYPE_CHECKING:
    from datetime import timedelta
    from pathlib import Path

FOLDER = "jobs/"
PART = "barrier"  # its name in a transaction: `in ConditionFailed.failed` when it refused


class BarrierItem(TenantItem, discriminator="job_barrier"):
    token = UnicodeAttribute()


@dataclass(frozen=True, slots=True)
class File:
    """What a job leaves for somebody to take along.

    What is too large for memory is made on disk: `path` is then a file of its own, which is
    deleted when it is stored.
    """

    name: str
    content_type: str
    content: bytes = b""
    path: Path | None = None


def throw_away() -> None:
    """Throw away every file that jobs have left, and those of work that is under way.

    Whoever erases a person calls this when the person is gone.
    """
    store.put(BarrierItem(*_place(), token=uuid7()))
    for name in storage.names(FOLDER):
        storage.delete(name)


def barrier() -> str:
    """What the barrier is now; ask before the work reads anything."""
    found = store.get(BarrierItem, *_place(), consistent=True)
    return found.token if found else ""


def join(work: store.Transaction, seen: str) -> None:
    """Commit only if nothing was thrown away since."""
    still = BarrierItem.token == seen if seen else BarrierItem.token.does_not_exist()
    work.check(BarrierItem, *_place(), still, name=PART)


def keep(identity: str, file: File) -> None:
    """Store what a job leaves."""
    name = path(identity, file.name)
    if file.path is None:
        storage.write(name, file.content)
        return
    try:
        storage.write_file(name, file.path)
    finally:
        file.path.unlink(missing_ok=True)


def forget_older_than(kept: timedelta) -> None:
    """A week later a job is gone, and its file goes with the next one's work."""
    oldest = uuid7(clock.now() - kept, bytes(10))
    for name in storage.names(FOLDER):
        if name.removeprefix(FOLDER) < oldest:
            storage.delete(name)


def path(identity: str, name: str) -> str:
    return f"{FOLDER}{identity}/{name}"


def _place() -> tuple[str, str]:
    return tenant_key("JOBS"), "BARRIER"
