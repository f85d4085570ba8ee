"""The small CloudWatch judges as the real one says it does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luca.localaws.eyes.alarms import Alarm, Part, judge
from luca.localaws.eyes.expressions import NotUnderstood, evaluate
from luca.localaws.eyes.points import Points, percentile, series, statistic

HOUR = 3600.0
HERE = series("Luca/Platform", "X", {"service": "api"})


def alarm(**more: object) -> Alarm:
    usual = {
        "key": "x",
        "name": "Luca-X",
        "parts": (Part("value", HERE, "Sum"),),
        "expression": "value",
        "comparison": "GreaterThanOrEqualToThreshold",
        "threshold": 2,
        "period": 60,
        "periods": 2,
        "missing": "notBreaching",
        "means": "",
        "do": "",
    }
    return Alarm(**{**usual, **more})  # type: ignore[arg-type]  # a test's table


@pytest.mark.parametrize(
    ("at", "missing", "raised"),
    [
        ([HOUR - 90, HOUR - 90, HOUR - 30, HOUR - 30], "notBreaching", True),
        ([HOUR - 90, HOUR - 30, HOUR - 30], "notBreaching", False),  # one period is not enough
        ([HOUR - 30, HOUR - 30], "notBreaching", False),
        ([HOUR - 30, HOUR - 30], "breaching", True),
        ([], "breaching", True),
        ([], "notBreaching", False),
        ([HOUR, HOUR, HOUR - 60, HOUR - 60], "notBreaching", False),  # now is not over yet
    ],
)
def test_every_period_must_be_over_the_threshold(
    at: list[float],
    missing: str,
    raised: bool,  # noqa: FBT001 -- a table's column
) -> None:
    points = Points()
    for one in at:
        points.add(HERE, one, [1], "Count")
    assert judge(alarm(missing=missing), points, HOUR).raised is raised


@pytest.mark.parametrize(
    ("name", "found"),
    [("Sum", 10), ("Maximum", 4), ("Minimum", 1), ("Average", 2.5), ("SampleCount", 4), ("p50", 2)],
)
def test_a_statistic_is_what_its_name_says(name: str, found: float) -> None:
    assert statistic(name, [4, 1, 3, 2]) == found
    assert statistic(name, []) is None


@given(st.lists(st.floats(-1e6, 1e6), min_size=1), st.integers(1, 99))
def test_so_many_of_a_hundred_do_not_exceed_a_percentile(values: list[float], percent: int) -> None:
    found = percentile(values, percent)
    assert found in values
    assert sum(value <= found for value in values) * 100 >= percent * len(values)
    assert sum(value < found for value in values) * 100 < percent * len(values) + 1e-9


@pytest.mark.parametrize(
    ("expression", "metrics", "found"),
    [
        ("SUM([FILL(a, 0), FILL(b, 0)])", {"a": 3.0, "b": None}, 3),
        ("MAX([a, b])", {"a": 3.0, "b": None}, 3),
        ("100 * a / b", {"a": 1.0, "b": 50.0}, 2),
        ("a / b", {"a": 1.0, "b": 0.0}, None),
        ("a + b", {"a": 1.0, "b": None}, None),
        ("IF(a >= 20, b, 0)", {"a": 19.0, "b": 500.0}, 0),
        ("IF(a >= 20, b, 0)", {"a": 20.0, "b": 500.0}, 500),
    ],
)
def test_an_expression_is_read_as_metric_math(
    expression: str, metrics: dict[str, float | None], found: float | None
) -> None:
    assert evaluate(expression, metrics) == found


def test_what_the_reader_was_not_taught_is_refused() -> None:
    with pytest.raises(NotUnderstood):
        evaluate("ANOMALY_DETECTION_BAND(a)", {"a": 1})
