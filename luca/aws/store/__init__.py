"""Reading and writing items: the door that repositories use."""

from luca.aws.store.errors import Busy, ConditionFailed, Unreachable, insistently, pause
from luca.aws.store.items import (
    Key,
    Page,
    batch_get,
    batch_put,
    batch_put_raw,
    count,
    delete,
    every,
    every_raw,
    get,
    put,
    query,
    update,
)
from luca.aws.store.light import every_light, every_named, light, places, spelled
from luca.aws.store.transaction import LIMIT, Transaction, patiently
from luca.aws.store.whole import is_still, values

__all__ = [
    "LIMIT",
    "Busy",
    "ConditionFailed",
    "Key",
    "Page",
    "Transaction",
    "Unreachable",
    "batch_get",
    "batch_put",
    "batch_put_raw",
    "count",
    "delete",
    "every",
    "every_light",
    "every_named",
    "every_raw",
    "get",
    "insistently",
    "is_still",
    "light",
    "patiently",
    "pause",
    "places",
    "put",
    "query",
    "spelled",
    "update",
    "values",
]
