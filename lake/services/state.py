"""How the lake is: how far the stream is read, what is missing, what was refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lake.repository import checkpoints, gaps
from lake.services.filling import unfilled
from lake.services.reading import NEVER
from luca.kernel import clock

if TYPE_CHECKING:
    from datetime import datetime

    from lake.domain import Checkpoint, Gap


@dataclass(frozen=True, slots=True)
class LakeState:
    shards: tuple[Checkpoint, ...]  # that are not read to their end
    covered: datetime | None  # what the table took before this is in files; None: never read
    lag: float | None  # seconds
    rows: int
    files: int
    refused: int
    gaps: tuple[Gap, ...]
    unfilled: tuple[str, ...]  # schools that an open gap still concerns

    @property
    def is_whole(self) -> bool:
        """Whether nothing is known to be missing."""
        return self.covered is not None and not any(one.filled is None for one in self.gaps)


def state() -> LakeState:
    every = checkpoints.every().values()
    reading = tuple(one for one in every if not one.finished)
    covered = min((one.covered for one in reading), default=NEVER)
    found = tuple(gaps.every())
    newest = max((one.found for one in found if one.filled is None), default=None)
    return LakeState(
        shards=reading,
        covered=None if covered == NEVER else covered,
        lag=None if covered == NEVER else (clock.now() - covered).total_seconds(),
        rows=sum(one.rows for one in every),
        files=sum(one.files for one in every),
        refused=sum(one.poison for one in every),
        gaps=found,
        unfilled=tuple(unfilled(newest, gaps.filled())) if newest else (),
    )
