"""The rules beyond weights: drops, lateness, caps, scales, gates and letters."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from grades.domain import GradingRules, Late, Scale, Weighting
from grades.rules.forms import Form, between, whole
from grades.rules.numbers import exact

FIELDS = frozenset(
    {
        "drop_lowest",
        "drop_highest",
        "missing",
        "late",
        "cap",
        "scale",
        "floor",
        "minimums",
        "letters",
    }
)
LATE_FIELDS = frozenset({"percent", "every", "floor"})
SCALE_FIELDS = frozenset({"lowest", "highest"})
HOURS = {"hour": Decimal(1), "day": Decimal(24), "week": Decimal(168)}
DROPS_AT_MOST = 50
CAP_AT_MOST = 1000
SCALE_AT_MOST = 1000
NO_CAP = "none"
USUAL = GradingRules()
EVERY = ""  # drop so many of every category


def read(form: Form) -> dict[str, Any]:
    """Return the fields of GradingRules that this module knows."""
    _highest(form)
    cap: Decimal | None = Decimal(100)
    return {
        "drop_lowest": _drops(form),
        "missing": form.read("missing", Decimal(0), between(0, 100)),
        "late": _late(form),
        "cap": form.read("cap", cap, _cap),
        "scale": _scale(form),
        "floor": form.read("floor", None, exact),
        "minimums": form.pairs("minimums", exact),
        "letters": tuple(sorted(form.pairs("letters", exact), key=lambda pair: -pair[1])),
    }


def written(rules: GradingRules) -> dict[str, Any]:
    """Return what `read` reads back; what is by default is left out."""
    return {
        name: form(getattr(rules, name))
        for name, form in SPELLED.items()
        if getattr(rules, name) != getattr(USUAL, name)
    }


def _drops_spelled(drops: tuple[tuple[str, int], ...]) -> int | dict[str, int]:
    each = dict(drops)
    return each.get(EVERY, each)


def _pairs_spelled(pairs: tuple[tuple[str, Decimal], ...]) -> dict[str, str]:
    return {name: str(bound) for name, bound in pairs}


def _late_spelled(late: Late) -> dict[str, str]:
    return {name: str(getattr(late, name)) for name in sorted(LATE_FIELDS)}


def _scale_spelled(scale: Scale) -> dict[str, str]:
    return {"lowest": str(scale.lowest), "highest": str(scale.highest)}


SPELLED: dict[str, Callable[[Any], Any]] = {
    "drop_lowest": _drops_spelled,
    "missing": str,
    "late": _late_spelled,
    "cap": lambda cap: NO_CAP if cap is None else str(cap),
    "scale": _scale_spelled,
    "floor": str,
    "minimums": _pairs_spelled,
    "letters": _pairs_spelled,
}


def agree(form: Form, rules: GradingRules) -> None:
    """Check what no field can know alone, once the weights are known to be right."""
    _agree_on_minimums(form, rules)
    _agree_on_letters(form, rules)
    if rules.weighting is Weighting.CATEGORIES:
        _known(form, "drop_lowest", dict(rules.drop_lowest).keys() - {EVERY}, rules)


def _highest(form: Form) -> None:
    """Refuse `drop_highest`, and say why."""
    if not form.given.get("drop_highest"):
        return
    if form.given.get("drop_lowest"):
        reason = "with drop_lowest a better score could give a lower grade"
    else:
        reason = "it would take from a student the best that was achieved"
    form.wrong("drop_highest", f"drop_highest is not supported: {reason}.")


def _drops(form: Form) -> tuple[tuple[str, int], ...]:
    given = form.given.get("drop_lowest")
    if isinstance(given, Mapping):
        found = form.pairs("drop_lowest", whole(DROPS_AT_MOST))
        return tuple((name, number) for name, number in found if number)
    number = form.read("drop_lowest", 0, whole(DROPS_AT_MOST))
    return ((EVERY, number),) if number else ()


def _late(form: Form) -> Late | None:
    late = form.inside("late", LATE_FIELDS)
    if late is None:
        return None
    if late.given.get("percent") is None:
        late.wrong("percent", "late.percent says what an interval costs; it is missing.")
    return Late(
        percent=late.read("percent", Decimal(0), between(0, 100)),
        every=late.read("every", HOURS["day"], _hours),
        floor=late.read("floor", Decimal(0), between(0, 100)),
    )


def _hours(value: Any) -> Decimal:
    if isinstance(value, str) and value in HOURS:
        return HOURS[value]
    try:
        hours = exact(value)
    except ValueError:
        hours = Decimal(0)
    if hours <= 0:
        raise ValueError(f"must be {', '.join(HOURS)} or a number of hours above 0")
    return hours


def _cap(value: Any) -> Decimal | None:
    return None if value == NO_CAP else between(100, CAP_AT_MOST)(value)


def _scale(form: Form) -> Scale:
    scale = form.inside("scale", SCALE_FIELDS)
    if scale is None:
        return Scale()
    bound = between(0, SCALE_AT_MOST)
    found = Scale(
        scale.read("lowest", Decimal(0), bound), scale.read("highest", Decimal(100), bound)
    )
    if found.lowest >= found.highest:
        scale.wrong("highest", "scale.highest must be above scale.lowest.")
        return Scale()
    return found


def _on(rules: GradingRules) -> Callable[[Decimal], bool]:
    return lambda number: rules.scale.lowest <= number <= rules.scale.highest


def agree_on_scale(form: Form, rules: GradingRules) -> None:
    """Check that every threshold is a number which somebody can get."""
    fits, ends = _on(rules), f"from {rules.scale.lowest} to {rules.scale.highest}"
    for field in ("min_passing", "floor"):
        number = getattr(rules, field)
        if number is not None and not fits(number):
            form.wrong(field, f"{field} must be {ends}.")
    for field in ("minimums", "letters"):
        for name, number in getattr(rules, field):
            if not fits(number):
                form.wrong(f"{field}.{name}", f"{field}.{name} must be {ends}.")
    if rules.floor is not None and rules.floor != round(rules.floor, rules.places):
        form.wrong("floor", f"floor has more places than a grade, which has {rules.places}.")


def _agree_on_minimums(form: Form, rules: GradingRules) -> None:
    if not rules.minimums:
        return
    if rules.weighting is Weighting.ITEMS:
        form.wrong("minimums", "minimums belong to weighting by categories, and not by items.")
        return
    if rules.min_passing is None:
        form.wrong("minimums", "minimums need min_passing: without it nobody passes or fails.")
    _known(form, "minimums", {name for name, _ in rules.minimums}, rules)


def _agree_on_letters(form: Form, rules: GradingRules) -> None:
    if not rules.letters:
        return
    bounds = [bound for _, bound in rules.letters]
    if len(set(bounds)) < len(bounds):
        form.wrong("letters", "letters has two with the same lower bound.")
    if bounds[-1] > (rules.scale.lowest if rules.floor is None else rules.floor):
        form.wrong("letters", "letters has none for the lowest grades.")


def _known(form: Form, field: str, names: set[str], rules: GradingRules) -> None:
    weights = {name for name, _ in rules.weights}
    for name in sorted(names - weights):
        form.wrong(f"{field}.{name}", f"{field}.{name} is not a category of the weights.")
