"""A library in memory: books that are few, loans without end, and a site that shows both."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, ClassVar, cast

from django.db import models
from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin

from luca.dynadmin.forms import ReasonField, RecordForm
from luca.dynadmin.models import StaffUser
from luca.dynadmin.options import OverSource
from luca.dynadmin.question import Question, Unanswerable
from luca.dynadmin.records import Record
from luca.dynadmin.site import Site
from luca.dynadmin.sources import Page, Past, Source, Whole
from luca.dynadmin.tests import branch
from luca.kernel import context
from luca.kernel.errors import FieldError, Invalid, NotFound, PreconditionFailed

SHELF: dict[str, dict[str, Any]] = {}
LOANS: list[dict[str, Any]] = []
CALLS: list[str] = []
HISTORY: dict[str, list[Past]] = {}


class Books(Whole["Book"]):
    searched = ("title", "author")

    def everything(self) -> Iterable["Book"]:
        CALLS.append("books")
        return [Book(**row) for row in SHELF.values()]

    def add(self, record: "Book", reason: str) -> "Book":
        if record.title == "Mein Kampf":
            raise Invalid(
                "Not here.", errors=(FieldError("title", "This library has none of it."),)
            )
        stored = Book(id=f"b{len(SHELF)}", version=1, **_values(record))
        SHELF[stored.id] = {**_values(record), "id": stored.id, "version": 1}
        return stored

    def change(self, record: "Book", fields: Mapping[str, Any], reason: str) -> None:
        row = SHELF.get(record.id)
        if row is None:
            raise NotFound("There is no such book.")
        if row["version"] != record.version:
            raise PreconditionFailed("Somebody changed it since you read it.")
        if fields.get("author") == "Anonymous":
            raise Invalid("Nobody is called so.", errors=())
        row |= fields
        row["version"] += 1
        past = Past(datetime(2026, 11, 20, 18, 30, tzinfo=UTC), "Rosa Peña", reason, tuple(fields))
        HISTORY.setdefault(record.id, []).insert(0, past)

    def remove(self, record: "Book") -> None:
        del SHELF[record.id]

    def history(self, ids: str) -> Sequence[Past]:
        return HISTORY.get(ids, [])


class Loans(Source["Loan"]):
    paged = True

    def several(self, ids: Collection[str]) -> Iterable["Loan"]:
        return [Loan(**row) for row in LOANS if row["id"] in ids]

    def page(self, question: Question, limit: int, start: Any) -> Page["Loan"]:
        if question.search:
            raise Unanswerable("Loans are not searched.")
        known = question.only("book_id", "state")
        CALLS.append(f"loans from {start}")
        rows = [
            row for row in LOANS if all(row[name] == wanted for (name, _), wanted in known.items())
        ]
        here = [row for row in rows if start is None or row["id"] > start["id"]]
        more = len(here) > limit
        return Page(
            [Loan(**row) for row in here[:limit]], {"id": here[limit - 1]["id"]} if more else None
        )


class Book(Record):
    source: ClassVar[Source[Any]] = Books()
    id = models.CharField(primary_key=True, max_length=12, editable=False)
    title = models.CharField(max_length=60)
    author = models.CharField(max_length=60)
    bought = models.DateField(null=True, blank=True)
    lendable = models.BooleanField(default=True)

    class Meta(Record.Meta):
        app_label = "dynadmin"
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class Loan(Record):
    source: ClassVar[Source[Any]] = Loans()
    id = models.CharField(primary_key=True, max_length=12, editable=False)
    book = models.ForeignKey(Book, models.DO_NOTHING, db_constraint=False)
    state = models.CharField(max_length=10, choices=[("out", "Out"), ("back", "Back")])

    class Meta(Record.Meta):
        app_label = "dynadmin"

    def __str__(self) -> str:
        return self.id


class BookForm(RecordForm):
    reason = ReasonField(required=False)


class BookAdmin(OverSource, ModelAdmin):  # type: ignore[misc]  # the theme ships no types
    form = BookForm
    adds = changes = removes = True
    screens = branch.SCREENS
    list_display = ["title", "author", "bought"]
    list_filter = ["lendable"]
    search_fields = ["title"]


class LoanAdmin(OverSource, ModelAdmin):  # type: ignore[misc]  # the theme ships no types
    list_display = ["id", "book", "state"]
    list_filter = ["state"]
    list_per_page = 10
    list_select_related = False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("book")


site = Site(name="admin")
site.register(Book, BookAdmin)
site.register(Loan, LoanAdmin)


def _values(record: Book) -> dict[str, Any]:
    return {name: getattr(record, name) for name in ("title", "author", "bought", "lendable")}


class Librarian:
    """Lets everybody in who says who they are: `X-Who: <school>/<group>`."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        school, _, group = request.headers.get("X-Who", "").partition("/")
        if not school:
            return cast("HttpResponse", self.get_response(request))
        groups = frozenset({group})
        request.user = StaffUser.of(school, "p1", groups, "Rosa Peña")
        with context.entered(school=school, actor="p1", groups=groups):
            return cast("HttpResponse", self.get_response(request))


def fill() -> None:
    """Twelve books, of which one has no date, and 35 loans."""
    for kept in (SHELF, HISTORY):
        kept.clear()
    LOANS.clear()
    CALLS.clear()
    grow(12)
    LOANS.extend(_loan(number) for number in range(35))


def grow(books: int) -> None:
    SHELF.update((f"b{number}", _book(number)) for number in range(len(SHELF), books))


def _book(number: int) -> dict[str, Any]:
    return {
        "id": f"b{number}",
        "version": 1,
        "title": f"Ávila {number:02}",
        "author": f"Author {number % 3}",
        "bought": None if number == 5 else date(2026, 1, 1 + number % 28),
        "lendable": number % 2 == 0,
    }


def _loan(number: int) -> dict[str, Any]:
    state = "out" if number % 5 else "back"
    return {"id": f"l{number:03}", "version": 1, "book_id": f"b{number % 12}", "state": state}
