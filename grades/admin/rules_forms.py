"""Rules as a form: the usual parts in fields, whatever else there is as JSON."""

import json
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from grades import rules
from grades.domain import Aggregation, Publish, Rounding, Weighting
from luca.dynadmin.saying import said
from luca.kernel.errors import FieldError, LucaError
from tenants.services import Catalogue

USUAL = (
    *("weighting", "weights", "normalise", "aggregation", "rounding", "places"),
    *("min_passing", "publish", "missing"),
)
OTHERS = "others"
WEIGHTINGS = [
    (Weighting.CATEGORIES.value, gettext_lazy("By categories: each has a weight")),
    (Weighting.ITEMS.value, gettext_lazy("By assessments: each has its own weight")),
]
AGGREGATIONS = [
    (Aggregation.POINTS.value, gettext_lazy("Points over possible points")),
    (Aggregation.MEAN_OF_RATIOS.value, gettext_lazy("Mean of the percentages")),
]
ROUNDINGS = [
    (Rounding.HALF_UP.value, gettext_lazy("Rounded, half up")),
    (Rounding.TRUNCATE.value, gettext_lazy("Truncated, as the SEP does")),
]
PUBLISHED = [
    (Publish.CURRENT.value, gettext_lazy("What is graded so far")),
    (Publish.FINAL.value, gettext_lazy("As if nothing more came")),
]


def _choice(label: Any, choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=UnfoldAdminSelectWidget)


def _text(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, required=False, widget=UnfoldAdminTextInputWidget
    )


def _lines(label: Any, help_text: Any, rows: int) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=20_000,
        widget=UnfoldAdminTextareaWidget({"rows": rows, "spellcheck": "false"}),
    )


class RulesForm(forms.Form):
    """What somebody wants a subject to be graded by, and on which period to try it."""

    period = _choice(gettext_lazy("Try it on"), ())
    weighting = _choice(gettext_lazy("What has a weight"), WEIGHTINGS)
    weights = _lines(
        gettext_lazy("Weights of the categories"),
        gettext_lazy("One in each line, as “exam: 70%”. Together they are 100%."),
        5,
    )
    normalise = forms.BooleanField(
        label=gettext_lazy("The weights may have any sum"),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
    )
    aggregation = _choice(gettext_lazy("Inside a category"), AGGREGATIONS)
    rounding = _choice(gettext_lazy("Rounding"), ROUNDINGS)
    places = forms.IntegerField(
        label=gettext_lazy("Decimal places"),
        min_value=0,
        max_value=6,
        widget=UnfoldAdminTextInputWidget({"inputmode": "numeric"}),
    )
    min_passing = _text(
        gettext_lazy("Lowest passing grade"), gettext_lazy("Empty: nobody passes or fails.")
    )
    publish = _choice(gettext_lazy("Shown while the period is open"), PUBLISHED)
    missing = _text(
        gettext_lazy("What a missing result is worth in the end"),
        gettext_lazy("In percent of its points; usually 0."),
    )
    others = _lines(
        gettext_lazy("Everything else (JSON)"),
        gettext_lazy(
            "Scale, floor, minimums, letters, late work, dropped results, SEP profile: as the "
            "guide to the rules says. Empty: none of it."
        ),
        8,
    )

    def __init__(self, *args: Any, offer: Catalogue, subject: str, **options: Any) -> None:
        super().__init__(*args, **options)
        taught = {one.period for one in offer.courses if one.subject == subject}
        open_ones = [one for one in reversed(offer.periods) if one.is_open and one.id in taught]
        self.can_try = bool(open_ones)
        if self.can_try:
            choices = [(one.id, one.name) for one in open_ones]
            self.fields["period"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["period"]

    def clean_weights(self) -> dict[str, str]:
        """Each line's name and weight, as they are written."""
        found: dict[str, str] = {}
        for line in str(self.cleaned_data["weights"]).splitlines():
            name, colon, weight = (one.strip() for one in line.partition(":"))
            if not (name or colon or weight):
                continue
            if not (name and weight):
                raise forms.ValidationError(
                    _("This line is no category with a weight: “%(line)s”") % {"line": line.strip()}
                )
            if name in found:
                raise forms.ValidationError(
                    _("The category %(name)s stands there twice.") % {"name": name}
                )
            found[name] = weight
        return found

    def clean_others(self) -> Mapping[str, Any]:
        text = str(self.cleaned_data["others"]).strip()
        try:
            found = rules.read_exactly(text) if text else {}
        except (ValueError, RecursionError):
            raise forms.ValidationError(_("This is not JSON.")) from None
        if not isinstance(found, dict):
            raise forms.ValidationError(
                _("This is no JSON object: it begins with { and ends with }.")
            )
        if known := sorted(found.keys() & {*USUAL, "version"}):
            fields = ", ".join(known)
            raise forms.ValidationError(
                _("There is a field for it above: %(fields)s") % {"fields": fields}
            )
        return found

    def given(self) -> dict[str, Any]:
        """The rules as they are written, which `rules.parse` judges."""
        cleaned = self.cleaned_data
        found = {
            **cleaned[OTHERS],
            "weighting": cleaned["weighting"],
            "publish": cleaned["publish"],
        }
        if cleaned["weighting"] == Weighting.CATEGORIES:
            found |= {"weights": cleaned["weights"], "aggregation": cleaned["aggregation"]}
        if "sep" not in found:  # it prescribes these
            found |= {"rounding": cleaned["rounding"], "places": cleaned["places"]}
        for name in ("min_passing", "missing"):
            if cleaned[name] and not (name == "min_passing" and "sep" in found):
                found[name] = cleaned[name]
        if cleaned["normalise"]:
            found["normalise"] = True
        return found

    def refuse(self, error: LucaError) -> None:
        """Put what is wrong with the rules where it was typed."""
        for fault in error.errors:
            self.add_error(self._place(fault), said(fault.message))
        if not error.errors:
            self.add_error(None, said(error))

    def _place(self, fault: FieldError) -> str:
        field = fault.field.partition(".")[0]
        return field if field in self.fields else OTHERS


def written(found: Mapping[str, Any]) -> dict[str, Any]:
    """What the form shows of rules that are there."""
    others = {name: value for name, value in found.items() if name not in {*USUAL, "version"}}
    weights = found.get("weights") or {}
    return {
        **{name: found.get(name, "") for name in USUAL},
        "aggregation": found.get("aggregation", Aggregation.POINTS.value),
        "normalise": bool(found.get("normalise")),
        "missing": found.get("missing", "0"),
        "weights": "\n".join(f"{name}: {percent(value)}" for name, value in weights.items()),
        OTHERS: json.dumps(others, indent=2, ensure_ascii=False) if others else "",
    }


def percent(weight: str) -> str:
    """A weight as people write it.

    >>> percent("7/10"), percent("1/3"), percent("70")
    ('70%', '1/3', '70')
    """
    share = Fraction(weight)
    if share > 1:
        return weight  # they sum to 100 already
    hundred = share * 100
    number = Decimal(hundred.numerator) / Decimal(hundred.denominator)
    if Fraction(number) != hundred:
        return weight
    return f"{number.normalize():f}%"
