"""What the ORM says, read as data: whole, or refused."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.db.models import Avg, Count, F, Q, QuerySet

from luca.dynadmin.question import Condition, Question, Unanswerable
from luca.dynadmin.tests import library
from luca.dynadmin.tests.library import Book, Loan

Asks = Callable[[], Any]


@pytest.fixture(autouse=True)
def _filled() -> None:
    library.fill()


def question(found: QuerySet[Any]) -> Question:
    return found.question()  # type: ignore[attr-defined,no-any-return]


def test_conditions_order_and_cut_are_read() -> None:
    asked = question(
        Book.objects.filter(author="x", bought__gte="2026-01-05").order_by("-title")[3:9]
    )
    assert asked.where == (
        Condition("author", "exact", "x"),
        Condition("bought", "gte", asked.where[1].value),
    )
    assert (asked.order, asked.start, asked.stop) == (("-title",), 3, 9)


def test_a_foreign_key_goes_by_its_column() -> None:
    assert question(Loan.objects.filter(book=Book(id="b7"))).where == (
        Condition("book_id", "exact", "b7"),
    )


def test_the_default_order_counts_unless_another_is_named() -> None:
    assert question(Book.objects.all()).order == ("title",)
    assert question(Book.objects.order_by()).order == ()
    assert question(Book.objects.order_by("pk")).order == ("id",)


REFUSED: dict[str, Asks] = {
    "or": lambda: list(Book.objects.filter(Q(title="a") | Q(title="b"))),
    "not": lambda: list(Book.objects.exclude(title="a")),
    "a join": lambda: list(Loan.objects.filter(book__title="Ávila 01")),
    "order by a join": lambda: list(Loan.objects.order_by("book__title")),
    "an expression": lambda: list(Book.objects.filter(title=F("author"))),
    "order by an expression": lambda: list(Book.objects.order_by(F("title").desc())),
    "in any order": lambda: list(Book.objects.order_by("?")),
    "a pattern": lambda: list(Book.objects.filter(title__regex=".*")),
    "anywhere in the text": lambda: list(Book.objects.filter(title__icontains="vil")),
    "values": lambda: list(Book.objects.values("title")),
    "one column": lambda: list(Book.objects.values_list("title", flat=True)),
    "distinct": lambda: list(Book.objects.distinct()),
    "an annotation": lambda: list(Book.objects.annotate(n=Count("loan"))),
    "an aggregate": lambda: Book.objects.aggregate(Avg("version")),
    "a union": lambda: list(Book.objects.all().union(Book.objects.all())),
    "raw SQL": lambda: list(Book.objects.raw("select 1")),
    "extra SQL": lambda: list(Book.objects.extra(where=["1=1"])),
    "a lock": lambda: list(Book.objects.select_for_update()),
    "a subquery": lambda: list(Loan.objects.filter(book__in=Book.objects.all())),
    "an update": lambda: Book.objects.update(title="x"),
    "many at once": lambda: Book.objects.bulk_create([Book(title="x")]),
    "get or create": lambda: Book.objects.get_or_create(title="x"),
    "everything of a paged list": lambda: list(Loan.objects.all()),
    "how many there are of a paged list": Loan.objects.count,
    "save without a form": lambda: Book(title="x").save(),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_the_table_cannot_answer_raises(what: str) -> None:
    with pytest.raises((Unanswerable, ImproperlyConfigured)):
        REFUSED[what]()
    assert len(library.SHELF) == 12
    assert all(row["version"] == 1 for row in library.SHELF.values())


def test_nothing_is_asked_for_what_nothing_can_fit() -> None:
    assert list(Book.objects.filter(id__in=[])) == []
    assert list(Book.objects.none()) == []
    assert library.CALLS == []


def test_no_statement_ever_runs() -> None:
    with (
        pytest.raises(ImproperlyConfigured, match="no SQL database"),
        connection.cursor() as cursor,
    ):
        cursor.execute("select 1")


def test_what_waits_for_the_end_of_a_transaction_runs_at_its_end() -> None:
    ran: list[str] = []
    with transaction.atomic():
        transaction.on_commit(lambda: ran.append("committed"))
        with transaction.atomic():
            pass
        assert ran == []
    assert ran == ["committed"]


def test_what_waits_for_a_transaction_that_failed_does_not_run() -> None:
    ran: list[str] = []
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        transaction.on_commit(lambda: ran.append("committed"))
        _ = 1 / 0
    assert ran == []
