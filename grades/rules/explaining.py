"""An explanation in sentences that a parent understands, from a trace and nothing else."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from grades.domain import Rounding
from grades.rules.numbers import rounded
from grades.rules.phrases import ENGLISH, PHRASES

Trace = Mapping[str, Any]
Step = Mapping[str, Any]
Telling = Iterator[tuple[str, dict[str, Any]]]  # the phrase, and its words
PLACES = 2
UNWEIGHTED = "unweighted_category:"


class Language(StrEnum):
    ES = "es"
    EN = "en"


def sentences(
    trace: Trace, language: Language = Language.ES, names: Mapping[str, str] | None = None
) -> list[str]:
    """Return how the published number came about, step by step, and what follows from it.

    `names` are what people call the assessments; one without a name is told by its id.
    """
    say = PHRASES[language]
    return [say[key].format(**words) for key, words in _told(_named(trace, names or {}))]


def _named(trace: Trace, names: Mapping[str, str]) -> Trace:
    def called(one: Step) -> Step:
        found = dict(one)
        if "assessment" in found:
            found["assessment"] = names.get(found["assessment"], found["assessment"])
        if "dropped" in found:
            found["dropped"] = [names.get(name, name) for name in found["dropped"]]
        return found

    return {**trace, **{part: [*map(called, trace[part])] for part in ("inputs", "steps")}}


def outdated(number: Decimal | None, language: Language = Language.ES) -> str:
    """Say of a grade that things have changed since, and what it would be now."""
    key = "outdated_undefined" if number is None else "outdated"
    return PHRASES[language][key].format(number=number)


def _told(trace: Trace) -> Telling:
    for given in trace["inputs"]:
        yield _input(given)
        if given["score"] is not None and not Decimal(given["weight"]):
            yield "weightless", {"name": given["assessment"]}
    for flag in trace["flags"]:
        if flag.startswith(UNWEIGHTED):
            yield "unweighted", {"name": flag.removeprefix(UNWEIGHTED)}
    shown = trace["publish"]
    steps = [step for step in trace["steps"] if step.get("of", shown) == shown]
    teller = _Teller(trace["rules"], _weights(trace, steps))
    for step in steps:
        if step["step"] != "missing" or shown == "final":
            yield from TOLD[step["step"]](teller, step)
    yield from _outcome(trace)


def _input(given: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    scored = given["score"] is not None and given["status"] in {"graded", "pending"}
    key = f"input_{given['status']}" + ("_scored" if scored else "")
    if given.get("open"):
        key = "input_open"
    if given.get("reason") and f"{key}_because" in ENGLISH:
        key += "_because"
    extra = "_extra" if given.get("extra_credit") and key == "input_graded_scored" else ""
    return key + extra, {
        "name": given["assessment"],
        "category": given["category"],
        "score": given["score"],
        "max": given["max"],
        "reason": given.get("reason", "").rstrip("."),
    }


def _weights(trace: Trace, steps: list[Mapping[str, Any]]) -> dict[str, str]:
    """What each category counts, after the weight of empty ones was spread."""
    over = next((Fraction(step["over"]) for step in steps if step["step"] == "total"), Fraction())
    given = trace["rules"].get("weights", {})
    # Only categories of weight 0 may have results yet: then there is nothing to divide by.
    return {name: _percent(Fraction(share) / (over or 1)) for name, share in given.items()}


def _number(value: Fraction) -> str:
    """Spell a number for people; one that goes on for ever is said to be approximate."""
    number = rounded(value, PLACES, Rounding.HALF_UP)
    plain = f"{number.normalize():f}"
    return plain if Fraction(number) == value else f"≈ {plain}"


def _percent(ratio: Fraction) -> str:
    return f"{_number(100 * ratio)} %"


def _from_to(step: Step) -> dict[str, str]:
    return {name: _number(Fraction(step[name])) for name in ("from", "to")}


class _Teller:
    """Says what one step did; a step that did nothing says nothing."""

    def __init__(self, rules: Mapping[str, Any], weights: Mapping[str, str]) -> None:
        self.rules = rules
        self.weights = weights

    def missing(self, step: Step) -> Telling:
        yield "missing", {"name": step["assessment"], "points": _number(Fraction(step["points"]))}

    def late(self, step: Step) -> Telling:
        hours = self.rules["late"]["every"]
        yield (
            "late",
            {"name": step["assessment"], "intervals": step["intervals"], "hours": hours}
            | _from_to(step),
        )

    def curve(self, step: Step) -> Telling:
        yield "curve", {"name": step["assessment"], **_from_to(step)}

    def drop(self, step: Step) -> Telling:
        yield "drop", {"names": ", ".join(step["dropped"])}

    def category(self, step: Step) -> Telling:
        name = step["category"]
        if step["value"] is None:
            yield "category_empty", {"name": name}
            return
        by_points = self.rules["aggregation"] == "points"
        yield (
            "category_points" if by_points else "category_mean",
            {
                "name": name,
                "sum": _number(Fraction(step["sum"])),
                "over": _number(Fraction(step["over"])),
                "value": _percent(Fraction(step["value"])),
                "weight": self.weights[name],
            },
        )

    def total(self, step: Step) -> Telling:
        if step["value"] is not None:
            yield "total", {"value": _percent(Fraction(step["value"]))}

    def cap(self, step: Step) -> Telling:
        yield "cap", {"to": _percent(Fraction(step["to"]))}

    def scale(self, step: Step) -> Telling:
        scale = self.rules["scale"]
        yield "scale", {**scale, "to": _number(Fraction(step["to"]))}

    def shorten(self, step: Step) -> Telling:
        """Say how the number was shortened, if it was."""
        if Fraction(step["from"]) != Fraction(Decimal(step["to"])):
            yield self.rules["rounding"], {"to": step["to"]}

    def floor(self, step: Step) -> Telling:
        yield "floor", {"to": step["to"]}

    def gate(self, step: Step) -> Telling:
        key = "gate_met" if step["met"] else "gate_failed"
        yield key, {"name": step["category"], "number": step["number"], "minimum": step["minimum"]}


TOLD: Mapping[str, Callable[[_Teller, Step], Telling]] = {
    "missing": _Teller.missing,
    "late": _Teller.late,
    "curve": _Teller.curve,
    "drop": _Teller.drop,
    "category": _Teller.category,
    "total": _Teller.total,
    "cap": _Teller.cap,
    "scale": _Teller.scale,
    "round": _Teller.shorten,
    "floor": _Teller.floor,
    "gate": _Teller.gate,
}


def _outcome(trace: Trace) -> Telling:
    result, shown = trace["result"], trace["publish"]
    number = result[shown]
    if number is None:
        yield "undefined", {}
    else:
        yield f"grade_{shown}", {"number": number}
        if result.get("letter"):
            yield "letter", {"letter": result["letter"]}
        if result["verdict"] != "undefined":
            minimum = trace["rules"]["min_passing"]
            held_back = result["verdict"] == "failed" and Decimal(number) >= Decimal(minimum)
            yield "held_back" if held_back else result["verdict"], {"minimum": minimum}
    other = "final" if shown == "current" else "current"
    if result[other] is not None and result[other] != number:
        yield f"other_{other}", {"number": result[other]}
