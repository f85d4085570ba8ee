"""Compaction of one partition: what counts becomes few files, swapped in by one write.

Safe beside writers, readers and other compactions, and wherever it is killed: until the manifest
names them its files do not count, and afterwards those that they were made of do not.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from lake.definition import datasets
from lake.repository import letters, merging, others, parquet, partitions
from lake.repository.merging import DamagedFile, Merge
from lake.rules import compacting as rules
from lake.rules import erasing
from lake.rules import manifest as manifests
from lake.rules.compacting import Compacted
from luca.aws import lake
from luca.kernel import clock, context
from luca.kernel.errors import PreconditionFailed, Unavailable
from luca.kernel.ids import uuid7
from luca.telemetry import log, metric

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lake.repository.partitions import State
    from lake.rules.erasing import Order
    from lake.rules.manifest import Manifest

logger = log(__name__)
ATTEMPTS = 50  # each damaged file, and each other compaction that was quicker, costs one


@dataclass(slots=True)
class _Run:
    """One attempt, and what the ones before have set aside."""

    state: State
    orders: tuple[Order, ...]
    tell: Callable[[], None]
    made: list[str] = field(default_factory=list)
    made_size: int = 0
    rows: list[int] = field(default_factory=lambda: [0, 0])
    erased: int = 0


def compact(
    folder: str,
    orders: tuple[Order, ...],
    *,
    dry_run: bool = False,
    tell: Callable[[], None] = lambda: None,
) -> Compacted:
    """Compact a partition of the context's school and say what became of it."""
    damaged: list[str] = []
    for _ in range(ATTEMPTS):
        run = _Run(partitions.state(folder, keeper=True), orders, tell)
        try:
            done = _tried(run) if dry_run else _done(run)
            return replace(done, damaged=tuple(damaged))
        except DamagedFile as found:
            if dry_run:
                raise Unavailable(f"{found.path.name}: {found.reason}") from found
            damaged += _set_aside(run.state, found)
        except (partitions.Gone, PreconditionFailed):
            lake.delete(folder + name for name in run.made)
    raise Unavailable("Others keep compacting this partition; try again later.")


def _done(run: _Run) -> Compacted:
    state, obeys = run.state, erasing.digest(run.orders)
    if rules.is_due(state.live, state.manifest, obeys):
        kept = _read_through(run) if _is_compacted(state) else False
        if kept:
            run.made = list(state.manifest.files)
        else:
            _write(run)
        return _swapped(run, obeys)
    if rules.is_left_over(state.sizes, state.manifest):
        run.made = list(state.manifest.files)
        return _swapped(run, state.manifest.obeys)
    return Compacted(state.folder, files=(len(state.live),) * 2, size=(_size(state),) * 2)


def _tried(run: _Run) -> Compacted:
    """The same without a change."""
    state = run.state
    if not rules.is_due(state.live, state.manifest, erasing.digest(run.orders)):
        return Compacted(state.folder, files=(len(state.live),) * 2, size=(_size(state),) * 2)
    files = 0
    for part in _parts(run):
        files += bool(part.table.num_rows)
    return _told(run, files, 0)


def _is_compacted(state: State) -> bool:
    return set(state.live) == set(state.manifest.files)


def _read_through(run: _Run) -> bool:
    """Look whether compacted files hold anything that is to go; True: they stay as they are."""
    for _ in _parts(run):
        pass
    unchanged = run.rows[0] == run.rows[1]
    if not unchanged:
        run.rows, run.erased = [0, 0], 0
    return unchanged


def _write(run: _Run) -> None:
    for part in _parts(run):
        if part.table.num_rows:
            name = f"{manifests.COMPACTED}{uuid7(clock.now())}.parquet"
            data = parquet.encode_table(part.table)
            run.made.append(name)  # first: a write whose answer is lost may have happened
            lake.write(run.state.folder + name, data)
            run.made_size += len(data)
            run.tell()


def _parts(run: _Run) -> Iterator[merging.Part]:
    dataset = datasets()[run.state.folder.partition("/")[0]]
    with _downloaded(run) as paths, others.beside(run.state.folder, paths) as elsewhere:
        for part in merging.merged(Merge(dataset, run.orders, elsewhere), paths):
            run.rows[0] += part.read
            run.rows[1] += part.table.num_rows
            run.erased += part.erased
            yield part


@contextmanager
def _downloaded(run: _Run) -> Iterator[list[Path]]:
    """Copies of the files that count, under their own names."""
    with TemporaryDirectory(prefix="luca-lake-") as place:
        paths = [Path(place, name) for name in run.state.live]
        for path in paths:
            if not lake.download(run.state.folder + path.name, path, keeper=True):
                raise partitions.Gone
            run.tell()
        yield paths


def _swapped(run: _Run, obeys: str) -> Compacted:
    """Make what was made count, then delete what counts no more.

    Deleted is only what was listed before the swap: another compaction that uploads meanwhile
    began with the manifest that is no longer there, and cannot make its files count.
    """
    state = run.state
    manifest = rules.after(state.manifest, state.sizes, state.live, run.made)
    rows = run.rows[1] if any(run.rows) else state.manifest.rows
    manifest = replace(manifest, rows=rows, obeys=obeys, at=clock.stamp(clock.now()))
    partitions.swap(state, manifest)
    idle = manifests.idle(state.sizes, manifest)
    lake.delete(state.folder + name for name in idle)
    kept = sum(state.sizes.get(name, 0) for name in run.made)
    return replace(_told(run, len(run.made), run.made_size or kept), deleted=len(idle))


def _told(run: _Run, files: int, size: int) -> Compacted:
    return Compacted(
        run.state.folder,
        files=(len(run.state.live), files),
        size=(_size(run.state), size),
        rows=(run.rows[0], run.rows[1]),
        erased=run.erased,
    )


def _size(state: State) -> int:
    return sum(state.sizes[name] for name in state.live)


def _set_aside(state: State, found: DamagedFile) -> list[str]:
    """Keep a damaged file where nobody reads it, with what is wrong with it.

    A writer that was killed half-way writes the same file again: then there is nothing to keep.
    """
    name, read = found.path.name, found.data
    now = lake.read(state.folder + name, keeper=True)
    if now is None or now != read:
        return []
    place = letters.damaged() + letters.flat(state.folder + name)
    why = {
        "file": state.folder + name,
        "reason": found.reason,
        "size": len(read),
        "at": clock.stamp(clock.now()),
    }
    lake.write(place, read)
    lake.write(f"{place}.json", (json.dumps(why, indent=1) + "\n").encode())
    logger.error("lake_file_damaged", reason=found.reason, tenant_id=context.school())
    metric("LakeFilesDamaged")
    if name in state.manifest.files:
        partitions.swap(state, _without(state, name))
    lake.delete([state.folder + name])
    return [name]


def _without(state: State, name: str) -> Manifest:
    left = [one for one in state.manifest.files if one != name]
    return rules.after(state.manifest, state.sizes, [name], left)
