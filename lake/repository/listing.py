"""Which files of the lake a question reads: the live ones of its folders, and no others."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from lake.repository import partitions
from luca.kernel import context

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lake.domain import Partition

AT_ONCE = 8  # calls of S3


def files(folders: Iterable[Partition]) -> dict[str, int]:
    """Name and size of every file that counts, of all folders."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = pool.map(context.carried(partitions.live), [one.folder for one in folders])
        return {name: size for part in found for name, size in part.items()}
