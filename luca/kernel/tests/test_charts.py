"""Pictures as text: what stands in them, and that nothing in them is markup of somebody else's."""

import doctest
from xml.etree import ElementTree as ET

import pytest

from luca.kernel import charts
from luca.kernel.charts import Frame, Series, frames

PHONE = Frame(360, 180, "Events")
NASTY = '<b> & "x"'
SVG = "{http://www.w3.org/2000/svg}"
PICTURES = {
    "bars": lambda: charts.bars([(NASTY, 3.0, "3 s"), ("b", 0.0, NASTY)], PHONE),
    "stacked": lambda: charts.stacked([(NASTY, 3), ("b", 1)], PHONE),
    "columns": lambda: charts.columns([NASTY, "b"], [Series(NASTY, [1, 2])], PHONE),
    "piled": lambda: charts.piled([NASTY, "b"], [Series(NASTY, [1, None])] * 3, PHONE),
    "trend": lambda: charts.trend([NASTY, "b"], [Series(NASTY, [1, 2])] * 2, PHONE),
    "lines": lambda: charts.lines([0, 1], [Series(NASTY, [1, 2])], NASTY, PHONE),
    "heat": lambda: charts.heat([(NASTY, [1, None, 3])], [NASTY, "b", "c"], PHONE),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_one_named_image_whatever_stands_in_it(name: str) -> None:
    drawn = ET.fromstring(PICTURES[name]())  # noqa: S314 -- drawn by us

    assert drawn.get("aria-label") == "Events"
    assert drawn.get("role") == "img"
    assert not list(drawn.iter(f"{SVG}b"))
    assert any(NASTY in (text.text or "") for text in drawn.iter())


def test_nothing_is_drawn_where_nothing_was_counted() -> None:
    assert "<rect" not in charts.piled([], [], PHONE)
    assert "<rect" not in charts.columns([], [], PHONE)
    assert charts.trend(["a"], [Series("x", [None])], PHONE).count("<circle") == 0
    assert charts.heat([], [], PHONE)


def test_piled_columns_stand_upon_each_other_and_reach_their_sum() -> None:
    drawn = charts.piled(["a", "b"], [Series("x", [1, 4]), Series("y", [3, 0])], Frame(640, 210))

    found = [one for one in ET.fromstring(drawn) if one.tag == f"{SVG}rect"]  # noqa: S314
    (x, y) = found[:2]
    assert float(y.get("y", "")) + float(y.get("height", "")) == pytest.approx(
        float(x.get("y", "")), abs=0.11
    )
    assert float(y.get("y", "")) == pytest.approx(frames.TOP, abs=0.11), "four reach the top"
    assert len(found) == 3, "nought is no mark"


def test_a_line_is_broken_where_a_figure_is_missing() -> None:
    drawn = charts.trend(list("abcde"), [Series("x", [1, 2, None, 3, 4])])

    assert drawn.count("<polyline") == 2
    assert drawn.count("<circle") == 4


def test_labels_give_each_other_room() -> None:
    months = [f"2026-{n:02d}" for n in range(1, 13)]

    few = charts.columns(months, [Series("", [1] * 12)], PHONE).count('class="tick"')

    assert 3 <= few < 12
    assert charts.columns(months, [Series("", [1] * 12)], Frame(1280)).count('class="tick"') == 12


@pytest.mark.parametrize("width", [120, 360, 400, 1280])
@pytest.mark.parametrize("count", [1, 2, 7, 53, 365])
def test_labels_neither_overlap_nor_leave_the_picture(width: int, count: int) -> None:
    labels = [f"{n} november" for n in range(count)]

    drawn = charts.trend(labels, [Series("", [1.0] * count)], Frame(width, 180))

    end = 0.0
    for one in ET.fromstring(drawn).iter(f"{SVG}text"):  # noqa: S314
        if one.get("class") == "tick":
            half = len(one.text or "") * frames.LETTER / 2
            middle = float(one.get("x", ""))
            assert middle - half >= end - 0.1
            end = middle + half
    assert 0 < end <= width + 0.1


def test_a_long_legend_takes_as_many_lines_as_it_needs() -> None:
    names = [Series(f"{'long ' * 6}{n}", [1.0]) for n in range(4)]

    drawn = ET.fromstring(charts.columns(["a"], names, PHONE))  # noqa: S314
    assert drawn.get("viewBox") == f"0 0 360 {PHONE.height + 22 * 4}"


def test_figures_are_spelled_as_the_docstrings_say() -> None:
    assert doctest.testmod(frames).failed == 0
    assert doctest.testmod(frames).attempted == 2
