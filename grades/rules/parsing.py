"""Grading rules as a school writes them: read strictly, named when wrong."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from grades.domain import Aggregation, GradingRules, Publish, Rounding, Weighting
from grades.rules import policies, profiles
from grades.rules.forms import Form, boolean, whole
from grades.rules.numbers import exact, share
from luca.kernel.errors import Invalid
from luca.kernel.ids import check_id

FIELDS = policies.FIELDS | frozenset(
    {
        "weighting",
        "weights",
        "aggregation",
        "rounding",
        "places",
        "min_passing",
        "publish",
        "normalise",
        "sep",
        "version",
    }
)
PLACES_AT_MOST = 6
CATEGORIES_AT_MOST = 50
VERSIONS_AT_MOST = 10**9
WHOLE = (Fraction(1), Fraction(100))


def parse(given: Mapping[str, Any], *, version: int | None = None) -> GradingRules:
    """Return the rules that a mapping describes, or raise Invalid naming each wrong field.

    >>> parse({"weights": {"exam": 0.7, "homework": 0.3}}).weights[0]
    ('exam', Fraction(7, 10))
    """
    if not isinstance(given, Mapping):
        raise Invalid("Grading rules are an object.", code="rules_invalid")
    form = Form(given)
    form.only(FIELDS, "grading rules")
    _expand(form)
    by_default = Weighting.CATEGORIES if "weights" in given else Weighting.ITEMS
    rules = GradingRules(
        weighting=form.choice("weighting", by_default),
        weights=_weights(form),
        aggregation=form.choice("aggregation", Aggregation.POINTS),
        rounding=form.choice("rounding", Rounding.HALF_UP),
        places=form.read("places", 1, whole(PLACES_AT_MOST)),
        min_passing=form.read("min_passing", None, exact),
        publish=form.choice("publish", Publish.CURRENT),
        normalise=form.read("normalise", False, boolean),  # noqa: FBT003 -- the default
        version=version
        if version is not None
        else form.read("version", 0, whole(VERSIONS_AT_MOST)),
        **policies.read(form),
    )
    _agree(form, rules)
    form.refuse("The grading rules cannot be used.", "rules_invalid")
    return rules


def as_mapping(rules: GradingRules) -> dict[str, Any]:
    """Return what `parse` reads back as the same rules, exactly."""
    written: dict[str, Any] = {
        "weighting": str(rules.weighting),
        "rounding": str(rules.rounding),
        "places": rules.places,
        "publish": str(rules.publish),
        "version": rules.version,
    }
    if rules.weighting is Weighting.CATEGORIES:
        written["weights"] = {name: str(weight) for name, weight in rules.weights}
        written["aggregation"] = str(rules.aggregation)
    if rules.min_passing is not None:
        written["min_passing"] = str(rules.min_passing)
    if rules.normalise:
        written["normalise"] = True
    return written | policies.written(rules)


def _expand(form: Form) -> None:
    """Put an SEP profile's fields in the place of its name: rules hold numbers, and no dates."""
    profile = profiles.find(form)
    if profile is None:
        return
    prescribed = profile.rules()
    for field in sorted(prescribed.keys() & form.given.keys()):
        form.wrong(field, f"{field} is prescribed by the SEP profile; leave it out.")
    form.given = {**form.given, **prescribed}


def _weights(form: Form) -> tuple[tuple[str, Fraction], ...]:
    given = form.given.get("weights")
    if given is None:
        return ()
    if not isinstance(given, Mapping):
        form.wrong("weights", "weights must be an object of category and weight.")
        return ()
    if len(given) > CATEGORIES_AT_MOST:
        form.wrong("weights", f"weights has more than {CATEGORIES_AT_MOST} categories.")
        return ()
    found = {}
    for name, value in given.items():
        try:
            found[check_id(str(name), "category")] = _weight(value)
        except ValueError as error:
            form.wrong(f"weights.{name}", f"The weight of {name} is wrong: {error}.")
    return tuple(sorted(found.items()))


def _weight(value: Any) -> Fraction:
    weight = share(value)
    if weight < 0:
        raise ValueError("it must not be negative")
    return weight


def _agree(form: Form, rules: GradingRules) -> None:
    """Check what no field can know alone."""
    policies.agree_on_scale(form, rules)
    if any(error.field.startswith("weight") for error in form.errors):
        return
    policies.agree(form, rules)
    if rules.weighting is Weighting.ITEMS:
        if rules.weights:
            form.wrong("weights", "weights belong to weighting by categories, and not by items.")
        return
    total = _total(weight for _, weight in rules.weights)
    if not rules.weights:
        form.wrong("weights", "weights must name at least one category.")
    elif not total:
        form.wrong("weights", "weights are all zero: no grade would ever be defined.")
    elif total not in WHOLE and not rules.normalise:
        form.wrong("weights", f"weights sum to {_spelled(total)}; they must sum to 1 or 100.")


def _total(weights: Iterable[Fraction]) -> Fraction:
    return sum(weights, Fraction())


def _spelled(total: Fraction) -> str:
    return f"{float(total):g}"
