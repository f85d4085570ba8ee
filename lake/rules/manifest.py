"""Which files of a partition count.

A writer adds files and knows no manifest. Compaction uploads what it made under new names, which
do not count yet, and one conditional write of the manifest makes them count instead of what they
were made of. So every file is either counted, or replaced by one that holds its rows.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

NAME = "_manifest.json"
COMPACTED = "compact-"  # how the names of compaction's own files begin
HIDDEN = ("_", ".")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What compaction last said of a partition; names are those within its folder."""

    version: int = 0
    files: tuple[str, ...] = ()  # compacted, and they count
    replaced: tuple[str, ...] = ()  # whose rows are in them
    rows: int = 0
    obeys: str = ""  # which orders to erase it has carried out
    at: str = ""

    def to_json(self) -> bytes:
        told = {name: getattr(self, name) for name in self.__slots__}
        return (json.dumps(told, indent=1) + "\n").encode()


def from_json(data: bytes) -> Manifest:
    """The manifest of a file; what a later version added to it is left out."""
    told = json.loads(data)
    return Manifest(
        version=int(told["version"]),
        files=tuple(told["files"]),
        replaced=tuple(told["replaced"]),
        rows=int(told.get("rows", 0)),
        obeys=str(told.get("obeys", "")),
        at=str(told.get("at", "")),
    )


def live(names: Collection[str], manifest: Manifest) -> list[str] | None:
    """The files that count among those listed; None: the two were not of one moment, look again.

    The listing must be older than the manifest. Then what was deleted before it was listed is
    named as replaced, and only what it was replaced by may be missing in the list.
    """
    if not set(manifest.files) <= set(names):
        return None
    gone = set(manifest.replaced)
    counted = [one for one in names if is_data(one) and not one.startswith(COMPACTED)]
    return sorted([*manifest.files, *(one for one in counted if one not in gone)])


def idle(names: Collection[str], manifest: Manifest) -> list[str]:
    """Compacted files and replaced ones that nobody needs: what killed runs have left."""
    left = [one for one in names if one.startswith(COMPACTED) and one not in manifest.files]
    return sorted({*left, *(one for one in names if one in manifest.replaced)})


def is_data(name: str) -> bool:
    return name.endswith(".parquet") and not name.startswith(HIDDEN)
