"""What docs/observability.md says of metrics and prices is what the code does."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.urls import get_resolver

from luca import settings
from luca.api.middleware import METHODS, _operation
from luca.privacy.signals import METRICS
from luca.telemetry.metrics import OF_SCHOOLS
from tests.privacy import reading

PAGE = (Path(__file__).parents[1] / "docs" / "observability.md").read_text()
ROWS = {
    found[0]: found
    for found in re.findall(r"^\| `(\w+)` \| (\w+) \| (.*?) \| (.+) \|$", PAGE, re.MULTILINE)
}
PRICE = 0.30  # dollars a month


def operations(resolver: Any, before: str = "") -> set[str]:
    """Every value that the dimension `operation` can have while nobody asks in vain."""
    found: set[str] = set()
    for one in resolver.url_patterns:
        route = before + str(one.pattern)
        if hasattr(one, "url_patterns"):
            found |= operations(one, route)
            continue
        view = getattr(one.callback, "view_class", None)
        methods = {name for name in METHODS if hasattr(view, name.lower())} - {"OPTIONS", "HEAD"}
        found |= {_operation(method, route) for method in methods or {"GET", "POST"}}
    return found


def test_every_metric_has_its_row_with_its_dimensions() -> None:
    assert ROWS.keys() == METRICS.keys()
    for name, (_, _, dimensions, _) in ROWS.items():
        assert set(re.findall(r"(?<!\()`(\w+)`", dimensions)) == METRICS[name], name
        assert ("(`school`)" in dimensions) is (name in OF_SCHOOLS), name


@pytest.mark.parametrize(("module", "node"), reading.metric_calls())
def test_a_metric_has_the_unit_of_the_page(module: str, node: Any) -> None:
    unit = node.args[2].value if len(node.args) > 2 else "Count"
    assert ROWS[node.args[0].value][1] == unit, module


def test_prices_are_those_of_the_number_of_metrics() -> None:
    known = operations(get_resolver())
    for number in (len(known), len(OF_SCHOOLS), 50 * len(OF_SCHOOLS)):
        assert f"| {number} | ${number * PRICE:.2f} |" in PAGE, number


def test_more_schools_than_the_bound_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUCA_METRIC_SCHOOLS", "north, south,none")
    assert settings.names("LUCA_METRIC_SCHOOLS", 50) == {"north", "south"}
    monkeypatch.setenv("LUCA_METRIC_SCHOOLS", ",".join(f"s{n}" for n in range(51)))
    with pytest.raises(Exception, match="LUCA_METRIC_SCHOOLS may name 50 at most, not 51"):
        settings.names("LUCA_METRIC_SCHOOLS", 50)
