"""Where records come from. An app writes one source for each of its records.

`Source` refuses everything; a subclass answers what its services can. `Whole` is for what
a school has few of (periods, groups, subjects): it filters, searches and orders in memory.
"""

import operator
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from luca.dynadmin.question import Condition, Question, Unanswerable
from luca.kernel.folding import folded

R = TypeVar("R")
MOST = 2_000  # rows that a whole list may have


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """Some rows, and where the list goes on: anything JSON can say, None at the end."""

    rows: Sequence[R]
    next: Any


@dataclass(frozen=True, slots=True)
class Past:
    """One entry of a record's history, newest first in a list of them."""

    at: Any  # datetime, aware
    who: str  # a name that staff know, not an id
    what: str  # in the reader's language
    fields: tuple[str, ...] = ()


class Source(Generic[R]):
    """Answers one kind of record. Every method may raise an error of `luca.kernel.errors`."""

    paged = False  # True: lists come by `page`, and nobody counts them

    def several(self, ids: Collection[str]) -> Iterable[R]:
        """The records with these ids, in any order, without those that do not exist."""
        raise Unanswerable(f"{type(self).__name__} finds nothing by id.")

    def listed(self, question: Question) -> Iterable[R]:
        """All rows of a question that does not name ids; only for lists that are bounded."""
        raise Unanswerable(f"{type(self).__name__} has no list that is read whole.")

    def page(self, question: Question, limit: int, start: Any) -> Page[R]:
        raise Unanswerable(f"{type(self).__name__} has no pages.")

    def add(self, record: R, reason: str) -> R:
        """Store a new record and return it as stored, with its id and version."""
        raise Unanswerable(f"{type(self).__name__} adds nothing.")

    def change(self, record: R, fields: Mapping[str, Any], reason: str) -> None:
        """Store new values of some fields, if the stored version is still `record.version`."""
        raise Unanswerable(f"{type(self).__name__} changes nothing.")

    def remove(self, record: R) -> None:
        raise Unanswerable(f"{type(self).__name__} removes nothing.")

    def history(self, ids: str) -> Sequence[Past]:
        """What happened to a record, newest first; a page of it is enough."""
        return ()

    def rows(self, question: Question) -> Iterable[R]:
        """Answer a queryset: by id where ids are named, as a list otherwise."""
        ids, others = _ids(question)
        found = self.listed(question) if ids is None else self.several(ids)
        return found if ids is None else fitting(found, others, question)


class Whole(Source[R]):
    """A list short enough to be read whole: then every plain question has an answer."""

    searched: tuple[str, ...] = ()  # fields whose words are searched

    def everything(self) -> Iterable[R]:
        raise NotImplementedError

    def several(self, ids: Collection[str]) -> Iterable[R]:
        wanted = set(ids)
        return [row for row in self._bounded() if str(row.pk) in wanted]  # type: ignore[attr-defined]

    def listed(self, question: Question) -> Iterable[R]:
        rows = [row for row in self._bounded() if self._found(row, question.search)]
        return fitting(rows, question.where, question)

    def _bounded(self) -> list[R]:
        rows = list(self.everything())
        if len(rows) > MOST:
            raise Unanswerable(f"{type(self).__name__} has grown past {MOST} rows: page it.")
        return rows

    def _found(self, row: R, search: str) -> bool:
        words = folded(" ".join(str(getattr(row, name) or "") for name in self.searched)).split()
        return all(
            any(word.startswith(asked) for word in words) for asked in folded(search).split()
        )


def _ids(question: Question) -> tuple[set[str] | None, tuple[Condition, ...]]:
    """The ids that a question names, and its other conditions."""
    named: set[str] | None = None
    others: list[Condition] = []
    for one in question.where:
        if one.field == "id" and one.lookup in {"exact", "in"}:
            values = {one.value} if one.lookup == "exact" else set(one.value)
            named = values if named is None else named & values
        else:
            others.append(one)
    return named, tuple(others)


def fitting(rows: Iterable[R], where: Iterable[Condition], question: Question) -> list[R]:
    """Filter, order and cut rows that are in memory already."""
    conditions = tuple(where)
    found = [row for row in rows if all(_fits(row, one) for one in conditions)]
    for name in reversed(question.order):
        found.sort(key=_by(name.lstrip("-")), reverse=name.startswith("-"))
    return found[question.start : question.stop]


def _by(name: str) -> Callable[[Any], Any]:
    """Sort what is not there last, as PostgreSQL would, and text as people read it."""

    def key(row: Any) -> tuple[bool, Any]:
        value = getattr(row, name)
        return value is None, folded(value) if isinstance(value, str) else value

    return key


def _fits(row: Any, condition: Condition) -> bool:
    value = getattr(row, condition.field)
    if condition.lookup == "isnull":
        return (value is None) is bool(condition.value)
    return value is not None and bool(COMPARE[condition.lookup](value, condition.value))


COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    "exact": operator.eq,
    "in": lambda value, several: value in several,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
    "startswith": lambda value, beginning: str(value).startswith(beginning),
}
