"""What Django's query language asked, as data a source can answer, or Unanswerable.

The table answers a conjunction of plain comparisons of a record's own fields. All else
that the ORM can say (OR, NOT, joins, aggregates, expressions) is refused here: it never
comes back wrong, and it never reads a whole school to come back right.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet, FieldError
from django.db.models import Lookup, Model
from django.db.models.expressions import Col, ColPairs
from django.db.models.sql import Query
from django.db.models.sql.where import AND, NothingNode, WhereNode

LOOKUPS = frozenset({"exact", "in", "gt", "gte", "lt", "lte", "startswith", "isnull"})


class Unanswerable(FieldError):
    """No access pattern of the table answers this; ask otherwise, or write one."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison of a field; a foreign key goes by its column (`period_id`)."""

    field: str
    lookup: str
    value: Any


@dataclass(frozen=True, slots=True)
class Question:
    """All conditions hold; `order` as Django writes it; rows `start` to `stop` of the answer."""

    where: tuple[Condition, ...] = ()
    order: tuple[str, ...] = ()
    search: str = ""
    start: int = 0
    stop: int | None = None

    def only(self, *known: str) -> dict[tuple[str, str], Any]:
        """The conditions by field and lookup; Unanswerable for a field that is not known.

        A source says with it what it can answer, so that no condition is passed over.
        """
        for one in self.where:
            if one.field not in known:
                raise Unanswerable(f"The table has no way to filter by {one.field!r}.")
        return {(one.field, one.lookup): one.value for one in self.where}


def asked(query: Query, search: str = "") -> Question:
    """Read a query; EmptyResultSet when nothing can fit, as with `in` of no values."""
    model = query.model
    if model is None or query.distinct or query.annotations or query.combinator:
        raise Unanswerable("The table has no DISTINCT, annotations or unions.")
    if query.extra or query.select_for_update or query.group_by:
        raise Unanswerable("The table has no raw SQL, locks or groups.")
    conditions = tuple(_conditions(query.where, model))
    return Question(conditions, _order(query, model), search, query.low_mark, query.high_mark)


def _conditions(node: WhereNode, model: type[Model]) -> Iterator[Condition]:
    if node.negated or (node.connector != AND and len(node.children) > 1):
        raise Unanswerable("The table answers conditions that all hold: no OR, no NOT.")
    for child in node.children:
        if isinstance(child, NothingNode):
            raise EmptyResultSet
        if isinstance(child, WhereNode):
            yield from _conditions(child, model)
        else:
            yield _condition(child, model)


def _condition(lookup: Any, model: type[Model]) -> Condition:
    if not isinstance(lookup, Lookup):
        raise Unanswerable("The table has no raw SQL.")
    column, value = lookup.lhs, lookup.rhs
    if isinstance(column, ColPairs) and len(column) == 1:  # how prefetching asks for one column
        column, value = column.get_cols()[0], [one[0] for one in value]
    if not isinstance(column, Col) or lookup.lookup_name not in LOOKUPS:
        raise Unanswerable(f"The table cannot compare by {lookup.lookup_name!r}.")
    if hasattr(value, "resolve_expression"):
        raise Unanswerable("The table compares with values, not with expressions.")
    if lookup.lookup_name == "in" and not value:
        raise EmptyResultSet
    if column.target.model._meta.concrete_model is not model._meta.concrete_model:
        raise Unanswerable(f"The table joins nothing: {column.target}.")
    return Condition(column.target.attname, lookup.lookup_name, value)


def _order(query: Query, model: type[Model]) -> tuple[str, ...]:
    opts = model._meta
    named = query.extra_order_by or query.order_by
    if not named and query.default_ordering:
        named = tuple(opts.ordering or ())
    return tuple(_column(name, model) for name in named)


def _column(name: Any, model: type[Model]) -> str:
    if not isinstance(name, str) or name in {"?", "-?"} or "__" in name:
        raise Unanswerable("The table orders by a record's own fields.")
    bare = name.lstrip("-")
    pk = model._meta.pk
    field = pk if bare == "pk" and pk is not None else model._meta.get_field(bare)
    attname = getattr(field, "attname", None)
    if attname is None:
        raise Unanswerable(f"The table cannot order by {bare!r}.")
    return ("-" if name.startswith("-") else "") + str(attname)
