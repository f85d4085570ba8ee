"""Questions to the lake: all of them as pictures, and each with its parameters and its table.

An answer may take seconds, so pages stand at once and ask for what they show.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.admin import site
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from lake import services
from lake.admin.fields import fields
from lake.serializers.analytics import spoken
from lake.serializers.pictures import drawn
from lake.serializers.report import FIGURES, text
from lake.serializers.sheets import as_csv
from luca.dynadmin.grids import Cell, Grid
from luca.dynadmin.parts import Part
from luca.dynadmin.saying import said
from luca.dynadmin.screens import Crumb, Place, Screen
from luca.kernel.errors import LucaError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lake.domain import Answer, Words
    from lake.services.naming import Named

ALL, ONE, FILE = "lake_questions", "lake_question", "lake_file"
PICTURE, ANSWER = "lake_picture", "lake_answer"
PAGE = 50  # rows


class Questions(Screen):
    """Every question with its picture of the last year, which comes when it is looked at."""

    title = gettext_lazy("Analytics")
    template = "lake/questions.html"

    def shown(self, **where: str) -> Mapping[str, Any]:
        return {
            "questions": [
                {
                    "title": _said(one.title),
                    "about": _said(one.about),
                    "page": _to(ONE, one.name),
                    "picture": _to(PICTURE, one.name),
                }
                for one in services.questions()
            ]
        }


class Picture(Part):
    """The picture alone, or the first rows of what has none."""

    template = "lake/picture.html"

    def shown(self, **where: str) -> Mapping[str, Any]:
        answer = services.answered(where["query"], _given(self.request)).answer
        return _seen(answer, 0, 5)


class Question(Screen):
    """One question: the range of days, and whatever else it may be narrowed by."""

    template = "lake/question.html"

    def heading(self, **where: str) -> str:
        return _said(services.question(where["query"]).title)

    def crumbs(self, **where: str) -> Iterable[Crumb]:
        yield Crumb(Questions.title, reverse(f"admin:{ALL}"))

    def shown(self, **where: str) -> Mapping[str, Any]:
        asked = services.question(where["query"])
        given = _given(self.request)
        tongue = get_language() or ""
        called = services.called({one.name for one in asked.parameters}, tongue)
        return {
            "about": _said(asked.about),
            "fields": fields(asked, given, called, tongue),
            "answer": _to(ANSWER, asked.name, {**given, "row": self.request.GET.get("row", "")}),
        }


class Answered(Part):
    """What the lake says: picture, table, and of what it was made."""

    template = "lake/answer.html"

    def shown(self, **where: str) -> Mapping[str, Any]:
        name, given = where["query"], _given(self.request)
        answer = services.answered(name, given).answer
        first = _row(self.request)
        more = first + PAGE < len(answer.rows)
        return {
            **_seen(answer, first, PAGE),
            "file": _to(FILE, name, given),
            "days": _days(answer),
            "rows": len(answer.rows),
            "files": answer.scanned_files,
            "bytes": answer.scanned_bytes,
            "damaged": len(answer.damaged),
            "as_of": formats.date_format(timezone.localtime(answer.as_of), "DATETIME_FORMAT"),
            "next": _to(ONE, name, {**given, "row": first + PAGE}) if more else "",
            "previous": _to(ONE, name, {**given, "row": max(0, first - PAGE)}) if first else "",
        }


class File(Screen):
    """All rows as CSV."""

    title = gettext_lazy("Analytics")

    def get(self, request: HttpRequest, **where: str) -> HttpResponse:
        name = where["query"]
        try:
            found = services.answered(name, _given(request)).answer
        except LucaError as error:
            told = (said(error), *(said(one.message) for one in error.errors))
            self.say(" ".join(told), messages.ERROR)
            return HttpResponseRedirect(_to(ONE, name))
        answer = HttpResponse(
            as_csv(found, get_language() or ""), content_type="text/csv; charset=utf-8"
        )
        answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        answer["Cache-Control"] = "no-store"
        return answer


def _seen(answer: Answer, first: int, rows: int) -> dict[str, Any]:
    """Picture and table of an answer, with the names that people know."""
    tongue = get_language() or ""
    called = services.called(set(answer.columns), tongue)
    picture = drawn(answer, tongue, called)
    return {
        # Every text in it is escaped where it is drawn.
        "picture": mark_safe(picture),  # noqa: S308
        "table": _table(answer, first, rows, called),
        "empty": not answer.rows,
    }


def _table(answer: Answer, first: int, count: int, called: Named) -> Grid:
    headings = answer.question.headings
    return Grid(
        _("The answer as a table"),
        [_said(one.words) for one in headings],
        [
            [
                Cell(text(one.kind, called.get(one.name, {}).get(cell, cell)))
                for one, cell in zip(headings, row, strict=True)
            ]
            for row in answer.rows[first : first + count]
        ],
        _("Nothing was found."),
        frozenset(n for n, one in enumerate(headings) if one.kind in FIGURES),
    )


def _days(answer: Answer) -> str:
    since, until = (
        formats.date_format(date.fromisoformat(answer.values[one]), "DATE_FORMAT")
        for one in ("since", "until")
    )
    return _("From %(since)s to %(until)s") % {"since": since, "until": until}


def _given(request: HttpRequest) -> dict[str, str]:
    """What the question is told; empty fields of the form are not."""
    return {name: str(value) for name, value in request.GET.items() if value and name != "row"}


def _row(request: HttpRequest) -> int:
    given = request.GET.get("row", "")
    return int(given) if given.isdecimal() and given.isascii() and len(given) < 7 else 0  # noqa: PLR2004 -- digits


def _to(page: str, name: str, given: Mapping[str, object] | None = None) -> str:
    told = urlencode({one: value for one, value in (given or {}).items() if value})
    address = reverse(f"admin:{page}", args=[name])
    return f"{address}?{told}" if told else address


def _said(words: Words) -> str:
    return spoken(words, get_language() or "")


site.screens += [  # type: ignore[attr-defined]  # Luca's own site
    Place("analytics/", Questions, ALL),
    Place("analytics/<str:query>/", Question, ONE),
    Place("analytics/<str:query>/picture/", Picture, PICTURE),
    Place("analytics/<str:query>/answer/", Answered, ANSWER),
    Place("analytics/<str:query>/file/", File, FILE),
]
