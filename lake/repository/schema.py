"""What the lake was written with, which the next program must not contradict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lake import keys
from lake.models import SchemaItem
from luca.aws import store
from luca.kernel import clock

if TYPE_CHECKING:
    from lake.rules.schema import Shape


def recorded() -> SchemaItem | None:
    return store.get(SchemaItem, keys.lake(), keys.SCHEMA, consistent=True)


def record(shape: Shape, before: SchemaItem | None) -> None:
    """Remember another definition, unless somebody has done so since; else ConditionFailed."""
    item = before or SchemaItem(keys.lake(), keys.SCHEMA)
    told: dict[str, Any] = dict(shape)
    item.shape, item.at = told, clock.now()
    store.put(item)
