"""How far the stream has been read. A shard has one writer: who takes it over ends the other's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lake import keys
from lake.domain import Checkpoint
from lake.models import CheckpointItem
from luca.aws import store
from luca.kernel.errors import Conflict

if TYPE_CHECKING:
    from pynamodb.expressions.update import Action


class TakenOver(Conflict):
    """Another writer reads this shard now; what this one has not written, that one will."""

    code = "lake_taken_over"


def every() -> dict[str, Checkpoint]:
    """All that is known of the stream's shards, of those too that are gone."""
    found = store.every(
        CheckpointItem,
        keys.lake(),
        CheckpointItem.sk.startswith(keys.SHARDS),
        consistent=True,
    )
    return {one.shard: one for one in map(_checkpoint, found)}


def claim(shard: str, owner: str) -> Checkpoint | None:
    """Take a shard over from whoever reads it; None: nobody has yet."""
    item = CheckpointItem(keys.lake(), keys.shard(shard))
    try:
        store.update(item, [CheckpointItem.owner.set(owner)], CheckpointItem.pk.exists())
    except store.ConditionFailed:
        return None
    return _checkpoint(item)


def begin(found: Checkpoint, owner: str) -> None:
    """Write the first checkpoint of a shard."""
    item = CheckpointItem(
        keys.lake(), keys.shard(found.shard), owner=owner, at=found.at, covered=found.covered
    )
    try:
        store.put(item, CheckpointItem.pk.does_not_exist() | (CheckpointItem.owner == owner))
    except store.ConditionFailed as error:
        raise _taken(found.shard) from error


def advance(found: Checkpoint, owner: str) -> None:
    """Move a checkpoint on, unless another writer has taken the shard over; safe to repeat."""
    fields = ("sequence", "finished", "at", "covered", "rows", "files", "poison")
    actions: list[Action] = [
        getattr(CheckpointItem, name).set(getattr(found, name)) for name in fields
    ]
    item = CheckpointItem(keys.lake(), keys.shard(found.shard))
    try:
        store.update(item, actions, CheckpointItem.owner == owner)
    except store.ConditionFailed as error:
        raise _taken(found.shard) from error


def _taken(shard: str) -> TakenOver:
    return TakenOver(f"Another writer of the lake has taken {shard} over.")


def _checkpoint(item: CheckpointItem) -> Checkpoint:
    return Checkpoint(
        shard=item.sk.removeprefix(keys.SHARDS),
        sequence=item.sequence,
        at=item.at,
        covered=item.covered,
        finished=item.finished,
        rows=item.rows,
        files=item.files,
        poison=item.poison,
    )
