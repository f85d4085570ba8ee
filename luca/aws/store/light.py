"""Items without PynamoDB's objects, for whoever writes and reads them by the hundred.

An object looks at each of its attributes several times, which takes longer than DynamoDB does.
What an attribute is and how it is spelled is the model's to say here as well.
"""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from luca.aws.store.errors import translated
from luca.aws.table import Row, prefix
from luca.kernel import clock, context
from luca.telemetry import log

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pynamodb.attributes import Attribute
    from pynamodb.expressions.condition import Condition

OWN = frozenset({"pk", "sk", "kind"})
Raw = dict[str, Any]
logger = log(__name__)


def spelled(model: type[Row], pk: str, sk: str, /, **values: Any) -> Raw:
    """An item as DynamoDB spells it; what is None is left out, what may not be None is an error."""
    known, kind = _attributes(model)
    item: Raw = {"PK": {"S": pk}, "SK": {"S": sk}, "kind": {"S": kind}}
    for name, attribute in known.items():
        value = values.pop(name, None)
        if value is not None:
            item[attribute.attr_name] = {attribute.attr_type: attribute.serialize(value)}
        elif not attribute.null:
            raise ValueError(f"{model.__name__} has no {name}.")
    if values:
        raise ValueError(f"{model.__name__} has no attributes {', '.join(values)}.")
    return item


def light(model: type[Row], raw: Mapping[str, Any]) -> SimpleNamespace:
    """Read it: the same names as the model has; None where nothing is."""
    found = SimpleNamespace(pk=raw["PK"]["S"], sk=raw["SK"]["S"])
    for name, attribute in _attributes(model)[0].items():
        told = raw.get(attribute.attr_name)
        value = None if told is None else attribute.deserialize(told[attribute.attr_type])
        setattr(found, name, value)
    return found


def every_light(model: type[Row], pk: str, sk: Condition) -> Iterator[SimpleNamespace]:
    """Yield all items of one kind in a range of a partition, read consistently."""
    now = clock.now().timestamp()
    for raw in _every(model, pk, sk, consistent_read=True):
        found = light(model, raw)
        if found.ttl is None or found.ttl > now:
            yield found


def places(
    model: type[Row], pk: str, sk: Condition | None = None, *, index: str
) -> Iterator[tuple[str, str]]:
    """Yield where the items are that an index names; a row that another school planted is not."""
    for raw in every_named(model, pk, (), sk, index=index):
        yield raw["PK"]["S"], raw["SK"]["S"]


def every_named(
    model: type[Row], pk: str, attributes: Iterable[str], sk: Condition | None = None, *, index: str
) -> Iterator[Raw]:
    """Yield keys and some attributes of the rows of an index as DynamoDB spells them."""
    mine = prefix("TENANT", context.school())
    wanted = ["PK", "SK", *attributes]
    for raw in _every(model, pk, sk, index_name=index, attributes_to_get=wanted):
        if raw["PK"]["S"].startswith(mine):
            yield raw
        else:
            logger.error("foreign_row_in_index", index=index)


def _every(model: type[Row], pk: str, sk: Condition | None, **more: Any) -> Iterator[Raw]:
    connection = model._get_connection()  # noqa: SLF001 -- Model.query would make objects
    start: Mapping[str, Any] | None = None
    while True:
        with translated():
            answer = connection.query(
                pk,
                range_key_condition=sk,
                exclusive_start_key=start and dict(start),
                **more,
            )
        yield from answer["Items"]
        start = answer.get("LastEvaluatedKey")
        if not start:
            return


@cache
def _attributes(model: type[Row]) -> tuple[dict[str, Attribute[Any]], str]:
    """A model's own attributes by name, and the word for its kind."""
    found = model.get_attributes()
    own = {name: one for name, one in found.items() if name not in OWN}
    kinds: Any = found["kind"]
    return own, str(kinds.get_discriminator(model))
