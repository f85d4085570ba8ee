"""What was set aside of a school: records of which no row could be made, and damaged files.

They lie in `dlq/school_id=<school>/`, where no question reads, each with what is wrong with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lake import keys
from luca.aws import lake
from luca.kernel import context

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lake.rules.erasing import Order


def folder() -> str:
    return f"dlq/school_id={context.school()}/"


def damaged() -> str:
    return f"{folder()}damaged/"


def flat(name: str) -> str:
    """A file's whole name as one step of a path."""
    return name.replace("/", "~")


def erase(orders: Iterable[Order], *, unsearchable: bool) -> int:
    """Delete what names the persons of orders; with ``unsearchable`` damaged files, too.

    Returns how many.
    """
    marks = [
        f'"{place}"'.encode()
        for one in orders
        for place in (keys.student(one.person), keys.enrolled(one.person))
    ]
    if not marks:
        return 0
    found = [name for name in lake.files(folder(), keeper=True) if _names(name, marks)]
    found += lake.files(damaged(), keeper=True) if unsearchable else ()
    lake.delete(found)
    return len(found)


def _names(name: str, marks: list[bytes]) -> bool:
    data = lake.read(name, keeper=True) or b""
    return any(mark in data for mark in marks)
