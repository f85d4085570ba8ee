"""An answer as a picture: what stands where, by the question's own line."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from lake import services
from lake.domain import Answer
from lake.serializers.pictures import COLOURS, KINDS, drawn
from lake.serializers.report import page

MONTHS = ("2026-09", "2026-10", "2026-11")


def answer(name: str, rows: list[tuple[Any, ...]]) -> Answer:
    question = services.question(name)
    columns = tuple(one.name for one in question.headings)
    days = {"since": "2026-01-01", "until": "2026-11-21"}
    at = datetime(2026, 11, 21, 18, tzinfo=UTC)
    return Answer(question, columns, rows, 1, 1, at, 0.1, days, ())


def events(*types: str) -> Answer:
    return answer("events_by_month", [(month, one, 5, 9, 2) for month in MONTHS for one in types])


def test_every_question_has_a_picture_that_can_be_drawn_or_says_that_it_has_none() -> None:
    for one in services.questions():
        kind, *columns = one.chart
        assert kind in {*KINDS, "table"}, one.name
        assert set(columns) <= {heading.name for heading in one.headings}, one.name


def test_counts_are_piled_in_the_reader_s_language() -> None:
    assert ">sep 26<" in drawn(events("login", "quiz"), "es-mx")
    assert ">Sep 26<" in drawn(events("login", "quiz"), "en")
    assert "Sesión, nov 26: 5" in drawn(events("login"), "es", {"type": {"login": "Sesión"}})


def test_what_has_no_colour_left_is_summed_up() -> None:
    many = [f"type-{n}" for n in range(COLOURS + 3)]
    found = drawn(events(*many), "es")

    assert f"otros, nov 26: {5 * 4}" in found
    assert f'class="c{COLOURS}"' not in found


def test_means_stand_beside_each_other_and_are_never_summed() -> None:
    many = [f"prof-{n}" for n in range(COLOURS + 3)]
    rows = [("2026-11", one, 9, 9, 2.0, float(n), 4.0) for n, one in enumerate(many)]
    found = drawn(answer("grading_latency", rows), "es")

    assert "otros" not in found
    assert found.count("<rect") == COLOURS
    assert f"prof-{COLOURS + 2}, nov 26: {COLOURS + 2}" in found, "the largest are drawn"


def test_cohorts_are_a_grid_of_shares_in_the_order_of_months() -> None:
    rows = [("2026-09", n, 40, 30, 0.75) for n in (0, 10, 2)]
    found = drawn(answer("cohorts", rows), "en")

    assert re.findall(r'class="tick">(\d+)<', found) == ["0", "2", "10"]
    assert found.count(">75%<") == 3


@pytest.mark.parametrize(
    "empty",
    [
        answer("events_by_month", []),
        answer("data_freshness", [("events", "event", 1, 1, "2026-11-21T18:00:00Z", 0.1, 0.1)]),
        answer("grading_latency", [("2026-11", None, 9, 0, None, None, None)]),
    ],
    ids=["no rows", "a table", "no figures"],
)
def test_nothing_is_drawn_where_there_is_nothing_to_draw(empty: Answer) -> None:
    assert drawn(empty, "es") == ""


def test_the_page_needs_nothing_else_and_says_everything_twice() -> None:
    nasty = answer("events_by_month", [("2026-11", "<script>alert(1)</script>", 12345, 9, 2)])
    found = page("north", [nasty], lambda *_: {}, datetime(2026, 11, 21, 18, tzinfo=UTC))

    assert "<script" not in found
    assert not re.findall(r"(?:src|href|url)\s*[=(]", found)
    assert found.count("http") == found.count("http://www.w3.org/2000/svg")
    spanish, english = found.split('<div lang="en">')
    assert "Eventos por tipo y mes" in spanish
    assert "Actividad y calificaciones de north" in spanish
    assert "Events by type and month" in english
    assert "What the lake says of north" in english
    assert english.count("12,345") >= 2, "in the picture and in the table"
    assert "prefers-color-scheme:dark" in found
    assert 'name="viewport"' in found
