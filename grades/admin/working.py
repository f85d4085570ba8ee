"""How a grade came about, as a table: what goes in on the left, formula and result on the right.

It is made of a stored explanation alone, so that an old grade is told as it was computed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grades.admin import words
from grades.domain import Rounding, Status
from grades.rules import rounded

Trace = Mapping[str, Any]
PLACES, EXACTLY = 2, 4
MINUS, TIMES, OVER = "\N{MINUS SIGN}", "\N{MULTIPLICATION SIGN}", "\N{DIVISION SIGN}"


@dataclass(frozen=True, slots=True)
class Given:
    """One result as the grade knew it; `assessment` leads to the result itself."""

    assessment: str
    title: str
    category: str
    said: str
    reason: str


@dataclass(frozen=True, slots=True)
class Row:
    """One step of the calculation."""

    what: str
    inputs: tuple[str, ...]
    formula: str
    result: str


def given(trace: Trace, titles: Mapping[str, str]) -> list[Given]:
    return [_given(one, titles) for one in trace["inputs"]]


def steps(trace: Trace, titles: Mapping[str, str]) -> list[Row]:
    """What was done to it, in that order, on the way to the number that is published."""
    table, shown = _Table(trace, titles), trace["publish"]
    found = [row for step in trace["steps"] if step.get("of", shown) == shown
             for row in table.row(step)]  # fmt: skip
    return [*found, *_outcome(trace)]


class _Table:
    """Says what each step does; it remembers what each assessment and category is worth."""

    def __init__(self, trace: Trace, titles: Mapping[str, str]) -> None:
        self.rules, self.titles = trace["rules"], titles
        self.inputs = {one["assessment"]: one for one in trace["inputs"]}
        self.points = {
            name: Fraction(one["score"])
            for name, one in self.inputs.items()
            if one["score"] is not None
        }
        self.dropped: set[str] = set()
        self.values: dict[str, Fraction] = {}

    def row(self, step: Mapping[str, Any]) -> Iterator[Row]:
        told: Row | None = getattr(self, f"_{step['step']}")(step)
        if told is not None:
            yield told

    def _missing(self, step: Mapping[str, Any]) -> Row:
        name, points = step["assessment"], Fraction(step["points"])
        self.points[name] = points
        most = Decimal(self.inputs[name]["max"])
        formula = f"{_number(Fraction(self.rules['missing']))} % {TIMES} {words.number(most)}"
        return Row(_("Without a result"), (self._title(name),), formula, _number(points))

    def _late(self, step: Mapping[str, Any]) -> Row:
        late = _("%(hours)s hours late, %(intervals)s times") % {
            "intervals": step["intervals"],
            "hours": self.rules["late"]["every"],
        }
        return self._changed(_("Handed in late"), step, late)

    def _curve(self, step: Mapping[str, Any]) -> Row:
        return self._changed(_("Curve, for everybody"), step, "")

    def _changed(self, what: str, step: Mapping[str, Any], why: str) -> Row:
        name, before, after = step["assessment"], Fraction(step["from"]), Fraction(step["to"])
        self.points[name] = after
        sign = MINUS if after < before else "+"
        formula = f"{_number(before)} {sign} {_number(abs(after - before))}"
        said = f"{self._title(name)}: {_number(before)}"
        return Row(what, (said, why) if why else (said,), formula, _number(after))

    def _drop(self, step: Mapping[str, Any]) -> Row:
        self.dropped |= set(step["dropped"])
        names = tuple(self._title(one) for one in step["dropped"])
        return Row(_("Left out, as it helps most"), names, "—", _("does not count"))

    def _category(self, step: Mapping[str, Any]) -> Row:
        name = step["category"]
        what = _("Category %(name)s") % {"name": name}
        if step["value"] is None:
            nothing = _("its weight is shared among the others")
            return Row(what, (_("no results"),), nothing, "—")
        value = self.values[name] = Fraction(step["value"])
        inputs = tuple(self._part(one) for one in self._counted(name))
        return Row(what, inputs, _quotient(step), _percent(value))

    def _total(self, step: Mapping[str, Any]) -> Row | None:
        if step["value"] is None:
            return None
        weights = self.rules.get("weights") or {}
        inputs = tuple(
            f"{name}: {_percent(value)} {TIMES} {_number(Fraction(weights[name]))}"
            for name, value in self.values.items()
        ) or tuple(self._part(one, weighed=True) for one in self._counted())
        return Row(_("Together"), inputs, _quotient(step), _percent(Fraction(step["value"])))

    def _cap(self, step: Mapping[str, Any]) -> Row:
        most = _percent(Fraction(step["to"]))
        before = _percent(Fraction(step["from"]))
        return Row(_("Extra credit reaches at most"), (before,), f"min({before}, {most})", most)

    def _scale(self, step: Mapping[str, Any]) -> Row:
        value, scale = _percent(Fraction(step["from"])), self.rules["scale"]
        lowest, highest = (words.number(Decimal(scale[end])) for end in ("lowest", "highest"))
        formula = f"{lowest} + ({highest} {MINUS} {lowest}) {TIMES} {value}"
        what = _("On the scale from %(lowest)s to %(highest)s")
        ends = {"lowest": lowest, "highest": highest}
        return Row(what % ends, (value,), formula, _number(Fraction(step["to"])))

    def _round(self, step: Mapping[str, Any]) -> Row:
        cut = self.rules["rounding"] == Rounding.TRUNCATE
        what = _("Cut, without rounding") if cut else _("Rounded")
        places = self.rules["places"]
        places = ngettext("%(places)s decimal", "%(places)s decimals", places) % {"places": places}
        before = _number(Fraction(step["from"]))
        return Row(what, (before,), places, words.number(Decimal(step["to"])))

    def _floor(self, step: Mapping[str, Any]) -> Row:
        before, least = (words.number(Decimal(step[end])) for end in ("from", "to"))
        return Row(_("No grade is lower"), (before,), f"max({before}, {least})", least)

    def _gate(self, step: Mapping[str, Any]) -> Row:
        number, least = (words.number(Decimal(step[end])) for end in ("number", "minimum"))
        what = _("Minimum in %(category)s") % {"category": step["category"]}
        result = _("reached") if step["met"] else _("not reached: not passed")
        return Row(what, (number,), f"{number} ≥ {least}", result)

    def _counted(self, category: str | None = None) -> list[str]:
        return [
            name
            for name, one in self.inputs.items()
            if name in self.points
            and name not in self.dropped
            and one["status"] not in {Status.EXCUSED, Status.EXEMPT}
            and category in {None, one["category"]}
        ]

    def _part(self, name: str, *, weighed: bool = False) -> str:
        one = self.inputs[name]
        said = f"{self._title(name)}: {_number(self.points[name])} / "
        said += words.number(Decimal(one["max"]).normalize())
        return (
            f"{said} {TIMES} {words.number(Decimal(one['weight']).normalize())}"
            if weighed
            else said
        )

    def _title(self, name: str) -> str:
        return self.titles.get(name, name)


def _given(one: Mapping[str, Any], titles: Mapping[str, str]) -> Given:
    name = one["assessment"]
    said = words.status(Status(one["status"]))
    if one["score"] is not None:
        points = words.of_most(Decimal(one["score"]), Decimal(one["max"]))
        said = points if one["status"] == Status.GRADED else f"{points} ({said})"
    elif one.get("open"):
        said = _("not due yet")
    if one.get("extra_credit"):
        said = _("%(points)s, extra credit") % {"points": said}
    return Given(name, titles.get(name, name), one["category"], said, one.get("reason", ""))


def _outcome(trace: Trace) -> Iterator[Row]:
    result, shown = trace["result"], trace["publish"]
    number = result[shown]
    if number is None:
        yield Row(_("Grade"), (), "—", _("none yet"))
        return
    text = words.number(Decimal(number))
    if result.get("letter"):
        text = f"{text} ({result['letter']})"
    minimum = trace["rules"].get("min_passing")
    if minimum is None:
        yield Row(_("Grade"), (), "", text)
        return
    above = "\N{GREATER-THAN OR EQUAL TO}" if Decimal(number) >= Decimal(minimum) else "<"
    formula = f"{words.number(Decimal(number))} {above} {words.number(Decimal(minimum))}"
    yield Row(_("Grade"), (str(words.VERDICT[result["verdict"]]),), formula, text)


def _quotient(step: Mapping[str, Any]) -> str:
    above, below = (_number(Fraction(step[name]), EXACTLY) for name in ("sum", "over"))
    return f"{above} {OVER} {below}"


def _number(value: Fraction, places: int = PLACES) -> str:
    """A number for people; one that goes on for ever is said to be approximate."""
    short = rounded(value, places, Rounding.HALF_UP)
    plain = formats.number_format(format(short.normalize(), "f"), use_l10n=True)
    return plain if Fraction(short) == value else f"≈ {plain}"


def _percent(ratio: Fraction) -> str:
    return f"{_number(100 * ratio)} %"
