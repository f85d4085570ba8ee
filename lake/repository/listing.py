"""Which files of the lake a question reads: the live ones of its folders, and no others."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from luca.aws import lake
from luca.kernel import context

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lake.domain import Partition

MANIFEST = "_manifest.json"
COMPACTED = "compact-"
AT_ONCE = 8  # calls of S3


def files(folders: Iterable[Partition]) -> dict[str, int]:
    """Name and size of every file that counts, of all folders."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = pool.map(context.carried(_live), [one.folder for one in folders])
        return {name: size for part in found for name, size in part.items()}


def live(names: Iterable[str], manifest: dict[str, Any]) -> set[str]:
    """Which files of a folder count: not what is replaced, nor what is not yet swapped in."""
    kept, gone = set(manifest.get("files", ())), set(manifest.get("replaced", ()))
    return {
        name
        for name in names
        if name.endswith(".parquet")
        and not name.startswith(("_", "."))
        and (name in kept if name.startswith(COMPACTED) else name not in gone)
    }


def _live(folder: str) -> dict[str, int]:
    found = {name.removeprefix(folder): size for name, size in lake.files(folder).items()}
    said = lake.read(folder + MANIFEST) if MANIFEST in found else None
    counted = live(found, json.loads(said) if said else {})
    return {folder + name: found[name] for name in sorted(counted)}
