"""Bars stand where they should, and the table says the same."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from grades.domain import CourseTally
from luca.kernel.ids import PeriodId, SubjectId
from luca.office import charts
from tenants.domain import Course

SATURDAY = date(2026, 11, 21)
MONDAY = date(2026, 11, 16)
MATHS = Course(SubjectId("maths"), PeriodId("2026-1"))


def tally(weeks: dict[date, int], tenths: tuple[int, ...] = (0,) * 10) -> CourseTally:
    return CourseTally(MATHS, 3, 0, 0, None, tenths, Decimal(5), Decimal(10), weeks)


def test_weeks_end_with_the_present_one_and_courses_are_added() -> None:
    long_ago = MONDAY - timedelta(weeks=charts.WEEKS)
    chart = charts.weeks([tally({MONDAY: 3, long_ago: 9}), tally({MONDAY: 4})], SATURDAY)
    assert len(chart.bars) == charts.WEEKS
    assert chart.bars[-1].value == 7
    assert sum(bar.value for bar in chart.bars) == 7


def test_a_day_on_which_nothing_happened_is_in_the_chart() -> None:
    chart = charts.activity({SATURDAY: (5, 2)}, SATURDAY)
    assert [bar.value for bar in chart.bars] == [0] * (charts.DAYS - 1) + [5]
    assert not chart.is_empty
    assert charts.activity({}, SATURDAY).is_empty


def test_a_scale_of_the_school_is_on_the_axis() -> None:
    (subject,) = charts.subjects([tally({}, (0, 0, 0, 0, 0, 0, 0, 0, 2, 1))])
    labels = [bar.label for bar in subject.chart.bars]
    assert (labels[0], labels[-1]) == ("5-5.5", "9.5-10")


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=40))
def test_bars_stay_inside_and_are_as_high_as_they_count(values: list[int]) -> None:
    bars = charts._bars([("x", value) for value in values])
    room = charts.HEIGHT - charts.FOOT
    for bar in bars:
        assert 0 <= bar.x <= bar.x + bar.width <= charts.WIDTH + 0.2
        assert abs(bar.y + bar.height - room) < 0.2
        assert bar.y >= 0
    assert sorted(bars, key=lambda bar: bar.value) == sorted(
        bars, key=lambda bar: (bar.value, bar.height)
    )
