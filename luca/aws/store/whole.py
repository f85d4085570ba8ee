"""Items as a whole: whether one is still what was read of it."""

from __future__ import annotations

from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Any

from luca.aws.table import TenantItem

if TYPE_CHECKING:
    from pynamodb.expressions.condition import Condition


def is_still(item: TenantItem) -> Condition:
    """The condition that all an item holds, but for its keys, is as it was read."""
    found: list[Condition] = []
    for name, value in values(item).items():
        attribute = getattr(type(item), name)
        found.append(attribute.does_not_exist() if value is None else attribute == value)
    return reduce(and_, found)


def values(item: TenantItem) -> dict[str, Any]:
    """What the item's own kind says of it, by attribute."""
    own = item.get_attributes().keys() - TenantItem.get_attributes().keys()
    return {name: getattr(item, name) for name in sorted(own)}
