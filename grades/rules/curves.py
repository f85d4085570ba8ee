"""Lifting the results of one assessment, by the results of everybody who has one."""

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from grades.domain import Curve, CurveKind, Population
from grades.rules.forms import Form, between, boolean, whole
from grades.rules.numbers import exact, root

FIELDS = frozenset({"kind", "amount", "deviation", "above_max", "population", "version", "salt"})
SUMS = ("total", "squares", "highest")
TARGETS = frozenset({CurveKind.MEAN, CurveKind.MAXIMUM, CurveKind.MEAN_SD})
ONE, NOTHING = Fraction(1), Fraction(0)
MOST = 10**9
SALT = re.compile(r"[0-9a-f]{32}")
SUM = re.compile(r"[0-9]{1,200}(/[0-9]{1,200})?")


def population(ratios: Iterable[Fraction]) -> Population:
    """Return the sums of everybody's ratios (score over maximum, after lateness)."""
    every = list(ratios)
    return Population(
        count=len(every),
        total=sum(every, NOTHING),
        squares=sum((ratio * ratio for ratio in every), NOTHING),
        highest=max(every, default=NOTHING),
    )


def curved(curve: Curve, ratio: Fraction) -> Fraction:
    """Return the lifted ratio: never below nothing and, by default, never above everything."""
    lifted = max(_lifted(curve, ratio), NOTHING)
    return lifted if curve.above_max else min(lifted, max(ONE, ratio))


def _lifted(curve: Curve, ratio: Fraction) -> Fraction:
    if curve.kind is CurveKind.SQRT:
        return root(ratio)
    amount = Fraction(curve.amount or 0) / 100
    if curve.kind is CurveKind.FLAT:
        return ratio + amount
    of = curve.population or population(())
    mean = of.total / of.count
    if curve.kind is CurveKind.MEAN:
        return ratio + amount - mean
    if curve.kind is CurveKind.MAXIMUM:
        return ratio * amount / of.highest
    return amount + (ratio - mean) * _stretch(curve, of, mean)


def _stretch(curve: Curve, of: Population, mean: Fraction) -> Fraction:
    """Return target SD over population SD; when all are equal there is nothing to stretch."""
    variance = of.squares / of.count - mean * mean
    wanted = Fraction(curve.deviation or 0) / 100
    return root(wanted * wanted / variance) if variance else NOTHING


def parse_curve(given: Mapping[str, Any]) -> Curve:
    """Return the curve that a mapping describes, or raise Invalid naming each wrong field.

    The population is a list of everybody's results in percent, or its sums as
    an explanation holds them.
    """
    form = Form(given)
    form.only(FIELDS, "a curve")
    if given.get("kind") is None:
        form.wrong("kind", f"kind must be one of: {', '.join(CurveKind)}.")
    curve = Curve(
        kind=form.choice("kind", CurveKind.FLAT),
        amount=form.read("amount", None, between(0, 100)),
        deviation=form.read("deviation", None, between(0, 100)),
        above_max=form.read("above_max", False, boolean),  # noqa: FBT003 -- the default
        population=_population(form),
        version=form.read("version", 1, whole(MOST)),
        salt=form.read("salt", "", _salt),
    )
    _agree(form, curve)
    form.refuse("The curve cannot be used.", "curve_invalid")
    return curve


def curve_as_mapping(curve: Curve) -> dict[str, Any]:
    """Return what `parse_curve` reads back as the same curve, exactly."""
    written: dict[str, Any] = {"kind": str(curve.kind), "version": curve.version}
    for name in ("amount", "deviation"):
        if getattr(curve, name) is not None:
            written[name] = str(getattr(curve, name))
    if curve.above_max:
        written["above_max"] = True
    if curve.population:
        written["population"] = population_as_mapping(curve.population)
    if curve.salt:
        written["salt"] = curve.salt
    return written


def population_as_mapping(of: Population) -> dict[str, Any]:
    """Return the sums as a curve holds them."""
    sums = {name: str(getattr(of, name)) for name in SUMS}
    return {"count": of.count, **sums}


def without_curves(trace: Mapping[str, Any]) -> dict[str, Any]:
    """Return an explanation for families: that results were adjusted, and not by what.

    Whoever knows the kind, the target and the own result can compute the class's mean, and in
    a class of two the other's result. The hash remains that of the whole explanation, with
    the curve's salt, so that trying does not find them either.
    """
    inputs = [
        {**one, "curve": {"version": one["curve"]["version"]}} if "curve" in one else one
        for one in trace["inputs"]
    ]
    return {**trace, "inputs": inputs}


def _population(form: Form) -> Population | None:
    given = form.given.get("population")
    if isinstance(given, list):
        return form.read("population", None, _listed)
    sums = form.inside("population", frozenset({"count", *SUMS}))
    if sums is None:
        return None
    return Population(
        count=sums.read("count", 0, whole(MOST)),
        total=sums.read("total", NOTHING, _fraction),
        squares=sums.read("squares", NOTHING, _fraction),
        highest=sums.read("highest", NOTHING, _fraction),
    )


def _listed(given: list[Any]) -> Population:
    percents = [exact(value) for value in given]
    if any(percent < 0 for percent in percents):
        raise ValueError("must be a list of percentages, none of them negative")
    return population(Fraction(percent) / 100 for percent in percents)


def _salt(given: Any) -> str:
    if not isinstance(given, str) or not SALT.fullmatch(given):
        raise ValueError("must be 32 hexadecimal digits")
    return given


def _fraction(given: Any) -> Fraction:
    """Sums are exact fractions with long denominators, which `exact` would refuse."""
    if not isinstance(given, str) or not SUM.fullmatch(given):
        raise ValueError("must be a fraction, such as 13/5")
    above, _, below = given.partition("/")
    if below and not int(below):
        raise ValueError("divides by zero")
    return Fraction(int(above), int(below or 1))


def _agree(form: Form, curve: Curve) -> None:
    if form.errors:
        return
    if curve.kind is not CurveKind.SQRT and curve.amount is None:
        form.wrong("amount", f"amount is missing: a {curve.kind} curve needs it.")
    if curve.kind is CurveKind.MEAN_SD and curve.deviation is None:
        form.wrong("deviation", "deviation is missing: a mean_sd curve needs it.")
    if curve.kind in TARGETS and not (curve.population and curve.population.count):
        form.wrong("population", f"population is missing: a {curve.kind} curve needs it.")
    elif curve.population and not _possible(curve.population):
        form.wrong("population", "population contradicts itself: no results have such sums.")
    elif curve.kind is CurveKind.MAXIMUM and curve.population and not curve.population.highest:
        form.wrong("population", "population holds only zeros: no factor lifts them.")


def _possible(of: Population) -> bool:
    return of.count * of.squares >= of.total * of.total and of.highest <= of.total
