"""Answers as one page that needs nothing else: Spanish and English, light and dark, any width."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string
from django.utils import formats, translation
from django.utils.safestring import mark_safe

from lake.domain import Typed
from lake.serializers.analytics import spoken
from lake.serializers.pictures import drawn

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from lake.domain import Answer
    from lake.services.naming import Named

    Names = Callable[[set[str], str], Named]  # columns, language

TONGUES = (("es", "es-mx"), ("en", "en"))
ROWS = 12  # of each answer's table; the rest is one question away
FIGURES = {Typed.INTEGER, Typed.NUMBER}


def page(school: str, answers: Sequence[Answer], names: Names, at: datetime) -> str:
    """The page; nothing in it is fetched from anywhere."""
    bodies = []
    for tongue, language in TONGUES:
        with translation.override(language):
            shown = _shown(school, answers, names, at)
            bodies.append((tongue, render_to_string("lake/report_body.html", shown)))
    return render_to_string("lake/report.html", {"school": school, "bodies": bodies})


def _shown(school: str, answers: Sequence[Answer], names: Names, at: datetime) -> dict[str, Any]:
    language = translation.get_language() or ""
    values = answers[0].values if answers else {}
    return {
        "school": school,
        "since": values.get("since", ""),
        "until": values.get("until", ""),
        "at": at,
        "files": max((one.scanned_files for one in answers), default=0),
        "cards": [_card(one, names(set(one.columns), language), language) for one in answers],
    }


def _card(answer: Answer, called: Named, language: str) -> dict[str, Any]:
    asked = answer.question
    return {
        "title": spoken(asked.title, language),
        "about": spoken(asked.about, language),
        # Every text in it is escaped where it is drawn.
        "picture": mark_safe(drawn(answer, language, called)),  # noqa: S308
        "heads": [(spoken(one.words, language), one.kind in FIGURES) for one in asked.headings],
        "rows": [_row(answer, row, called) for row in answer.rows[:ROWS]],
        "left": max(0, len(answer.rows) - ROWS),
        "name": asked.name,
    }


def _row(answer: Answer, row: Sequence[Any], called: Named) -> list[tuple[str, bool]]:
    return [
        (text(one.kind, called.get(one.name, {}).get(cell, cell)), one.kind in FIGURES)
        for one, cell in zip(answer.question.headings, row, strict=True)
    ]


def text(kind: Typed, value: Any) -> str:
    """A cell as people read it."""
    if value is None:
        return ""
    if kind not in FIGURES:
        return str(value)
    places = None if kind is Typed.NUMBER else 0
    return formats.number_format(value, places, use_l10n=True, force_grouping=True)
