"""Rules and what they would change, in the words of the office."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grades import rules
from grades.admin.rules_forms import AGGREGATIONS, PUBLISHED, ROUNDINGS, WEIGHTINGS, percent
from grades.domain import GradingRules, Standing, Verdict
from luca.dynadmin.grids import Cell, Grid

Text = str | Promise
TONES = {Standing.IN_FORCE: "success", Standing.FUTURE: "info"}
VERDICTS: dict[str, Text] = {
    Verdict.PASSED: gettext_lazy("Passed"),
    Verdict.FAILED: gettext_lazy("Not passed"),
    Verdict.UNDEFINED: gettext_lazy("Undefined"),
}
CROSSED = {"up": ("arrow_upward", "good"), "down": ("arrow_downward", "bad")}
LABELS: dict[str, Text] = {
    "weighting": gettext_lazy("What has a weight"),
    "weights": gettext_lazy("Weights of the categories"),
    "normalise": gettext_lazy("The weights may have any sum"),
    "aggregation": gettext_lazy("Inside a category"),
    "rounding": gettext_lazy("Rounding"),
    "places": gettext_lazy("Decimal places"),
    "min_passing": gettext_lazy("Lowest passing grade"),
    "publish": gettext_lazy("Shown while the period is open"),
    "missing": gettext_lazy("What a missing result is worth in the end"),
    "drop_lowest": gettext_lazy("Dropped results"),
    "late": gettext_lazy("Late work"),
    "cap": gettext_lazy("What extra credit can reach"),
    "scale": gettext_lazy("Scale"),
    "floor": gettext_lazy("No grade is lower"),
    "minimums": gettext_lazy("Minimums of categories"),
    "letters": gettext_lazy("Letters"),
}
CHOICES: dict[str, dict[str, Text]] = {
    "weighting": dict(WEIGHTINGS),
    "aggregation": dict(AGGREGATIONS),
    "rounding": dict(ROUNDINGS),
    "publish": dict(PUBLISHED),
}


def told(one: GradingRules) -> Grid:
    """Every part of the rules that says something."""
    written = rules.as_mapping(one)
    rows = [
        (Cell(label), Cell(_value(name, written[name])))
        for name, label in LABELS.items()
        if name in written
    ]
    return Grid(_("What these rules say"), (_("Part"), _("Rule")), rows)


def as_json(one: GradingRules) -> str:
    """As the API and the command line take them."""
    written = {name: value for name, value in rules.as_mapping(one).items() if name != "version"}
    return json.dumps(written, indent=2, ensure_ascii=False)


def _value(name: str, value: Any) -> str:
    if name in CHOICES:
        return str(CHOICES[name].get(value, value))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if name == "weights":
        value = {category: percent(weight) for category, weight in value.items()}
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {inner}" for key, inner in value.items())
    return f"{value} %" if name == "missing" else str(value)


def summary(found: Mapping[str, Any]) -> Grid:
    """How many change, and by how much."""
    differs = found["difference"]
    facts: list[tuple[Text, Any]] = [
        (_("Students"), found["students"]),
        (_("Whose grade changes"), found["changed"]),
        (_("Who would pass and did not"), found["crossed"]["up"]),
        (_("Who would no longer pass"), found["crossed"]["down"]),
        (_("Letters that change"), found["letters_changed"]),
        (_("Mean difference"), number(differs["mean"])),
        (
            _("Smallest and largest difference"),
            f"{number(differs['min'])} / {number(differs['max'])}",
        ),
    ]
    rows = [(Cell(label), Cell(value)) for label, value in facts]
    return Grid(_("All together"), (_("What"), _("How many")), rows, numbers=frozenset({1}))


def students(rows: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> Grid:
    """Who changes, from what to what."""
    return Grid(
        _("Student by student"),
        (_("Student"), _("Now"), _("With these rules"), _("Difference")),
        [_student(row, names) for row in rows],
        empty=_("Nobody here: choose another list above."),
    )


def _student(row: Mapping[str, Any], names: Mapping[str, str]) -> tuple[Cell, ...]:
    mark, tone = CROSSED.get(row["crossed"] or "", ("", ""))
    return (
        Cell(names.get(row["student"], row["student"])),
        Cell(_grade(row["before"])),
        Cell(_grade(row["after"]), mark=mark, tone=tone),
        Cell(number(row["difference"])),
    )


def _grade(shown: Mapping[str, Any]) -> str:
    verdict = VERDICTS.get(shown["verdict"], shown["verdict"])
    parts = [number(shown["score"]), shown["letter"] or "", f"({verdict})"]
    return " ".join(filter(None, parts))


def number(value: str | None) -> str:
    """As people write it; a dash for none.

    >>> number(None)
    '—'
    """
    return "—" if value is None else formats.number_format(value, use_l10n=True)
