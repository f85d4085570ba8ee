"""What compaction finds to do in a partition, and what it tells of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lake.rules import manifest as manifests
from lake.rules.manifest import COMPACTED, Manifest

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


@dataclass(frozen=True, slots=True)
class Compacted:
    """What became of one partition; pairs are before and after."""

    folder: str
    files: tuple[int, int] = (0, 0)
    size: tuple[int, int] = (0, 0)  # bytes
    rows: tuple[int, int] = (0, 0)  # (0, 0) where nothing had to be read
    erased: int = 0
    deleted: int = 0  # files that did not count any more
    damaged: tuple[str, ...] = ()  # files that were set aside

    @property
    def duplicates(self) -> int:
        return self.rows[0] - self.rows[1] - self.erased

    @property
    def is_nothing(self) -> bool:
        return not (self.rows[0] or self.deleted or self.damaged)


def is_due(live: Sequence[str], manifest: Manifest, obeys: str) -> bool:
    """Whether files are to be read: new ones came, or orders that were not carried out in them."""
    fresh = any(not one.startswith(COMPACTED) for one in live)
    return fresh or (obeys != manifest.obeys and bool(live))


def after(
    before: Manifest, names: Collection[str], live: Sequence[str], made: Sequence[str]
) -> Manifest:
    """The manifest by which what was made counts instead of what counted.

    A name stays replaced as long as its file is there: a reader may have listed it.
    """
    left = [one for one in before.replaced if one in names]
    gone = [one for one in live if one not in made]
    return Manifest(
        version=before.version + 1,
        files=tuple(made),
        replaced=tuple(sorted({*left, *gone})),
        rows=before.rows,
        obeys=before.obeys,
        at=before.at,
    )


def is_left_over(names: Collection[str], manifest: Manifest) -> bool:
    """Whether a killed run has left files that nobody needs."""
    return bool(manifests.idle(names, manifest))
