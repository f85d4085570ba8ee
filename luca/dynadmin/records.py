"""Records: Django models without a table, whose rows come from a source."""

from collections.abc import Iterator
from typing import Any, ClassVar, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import models
from django.db.models.query import BaseIterable

from luca.dynadmin import question
from luca.dynadmin.question import Question, Unanswerable
from luca.dynadmin.sources import Page, Source

R = TypeVar("R", bound="Record")


class _Rows(BaseIterable):  # type: ignore[type-arg]  # generic for the checker only
    """What `for record in queryset` runs instead of SQL."""

    queryset: "Records[Any]"

    def __iter__(self) -> Iterator[Any]:
        try:
            wanted = self.queryset.question()
        except EmptyResultSet:
            return
        yield from _stored(self.queryset.model.source.rows(wanted))


class Records(models.QuerySet[R]):
    """A queryset that asks a source. It is bounded by what the source will answer."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._iterable_class = _Rows
        self._search = ""

    def _clone(self) -> "Records[R]":
        copy: Records[R] = super()._clone()  # type: ignore[misc]
        copy._search = self._search
        return copy

    def search(self, text: str) -> "Records[R]":
        copy: Records[R] = self._chain()  # type: ignore[attr-defined]
        copy._search = text
        return copy

    def question(self) -> Question:
        if self._fields is not None:  # type: ignore[attr-defined]
            raise Unanswerable("A source gives whole records, not values().")
        return question.asked(self.query, self._search)

    def page(self, limit: int, start: Any) -> Page[R]:
        """One page from where the last ended, with what `prefetch_related` asked for."""
        try:
            found = self.model.source.page(self.question(), limit, start)
        except EmptyResultSet:
            return Page([], None)
        rows: list[R] = _stored(found.rows)
        models.prefetch_related_objects(rows, *self._prefetch_related_lookups)  # type: ignore[attr-defined]
        return Page(rows, found.next)

    def count(self) -> int:
        return len(self)

    def exists(self) -> bool:
        return bool(self)

    def delete(self) -> tuple[int, dict[str, int]]:
        """One by one: each is a decision of a service, with its own entry in the audit."""
        gone = [record.delete() for record in self]
        return len(gone), {self.model._meta.label: len(gone)}

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def _no(self, *args: Any, **options: Any) -> Any:
        raise Unanswerable("A source changes one record at a time, and aggregates nothing.")

    update = bulk_create = bulk_update = aggregate = iterator = raw = _no
    get_or_create = update_or_create = dates = datetimes = explain = _no


def _stored(rows: Any) -> list[R]:
    """Mark rows as stored: a form would otherwise take them for new."""
    marked = list(rows)
    for row in marked:
        row._state.adding = False
        row._state.db = "default"
    return marked


Manager = models.Manager.from_queryset(Records)


class Record(models.Model):
    """One row of a list and one form of the admin.

    `version` is what the store calls the state that was read; 0 before there is any.
    """

    source: ClassVar[Source[Any]]
    version = models.PositiveIntegerField(default=0, editable=False)
    objects: ClassVar[Any] = Manager()

    class Meta:
        abstract = True
        managed = False
        base_manager_name = "objects"  # so that foreign keys ask the source too

    def save(self, *args: Any, **options: Any) -> None:
        raise Unanswerable("A form saves through its source: it knows what was changed, and why.")

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        self.source.remove(self)
        return 1, {self._meta.label: 1}
