"""The conditions of a Choice state."""

import operator
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from govsync.engine import paths
from govsync.engine.errors import RUNTIME, StateError

Rule = Mapping[str, Any]

_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "Equals": operator.eq,
    "LessThan": operator.lt,
    "LessThanEquals": operator.le,
    "GreaterThan": operator.gt,
    "GreaterThanEquals": operator.ge,
}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_boolean(value: Any) -> bool:
    return isinstance(value, bool)


def _is_time(value: Any) -> bool:
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except (TypeError, ValueError):
        return False


_KINDS: dict[str, tuple[Callable[[Any], bool], Callable[[Any], Any]]] = {
    "Numeric": (_is_number, lambda value: value),
    "String": (_is_text, lambda value: value),
    "Timestamp": (_is_time, datetime.fromisoformat),
    "Boolean": (_is_boolean, lambda value: value),
}
_TESTS: dict[str, Callable[[Any], bool]] = {
    "IsBoolean": _is_boolean,
    "IsNull": lambda value: value is None,
    "IsNumeric": _is_number,
    "IsString": _is_text,
    "IsTimestamp": _is_time,
}


def _comparisons() -> dict[str, tuple[str, str]]:
    named = {
        f"{kind}{order}": (kind, order)
        for kind in ("Numeric", "String", "Timestamp")
        for order in _ORDER
    }
    return {**named, "BooleanEquals": ("Boolean", "Equals")}


_COMPARISONS = _comparisons()
OPERATORS = frozenset(
    [
        *_COMPARISONS,
        *(f"{name}Path" for name in _COMPARISONS),
        *_TESTS,
        "IsPresent",
        "StringMatches",
    ]
)
NESTED = frozenset({"And", "Or", "Not"})


def check(rule: Rule, *, top: bool = True) -> None:
    """Raise ValueError for a rule that could not be decided."""
    left = set(rule) - {"Comment"} - ({"Next"} if top else set())
    nested = left & NESTED
    if nested:
        if len(left) > 1:
            raise ValueError(f"{min(nested)} stands alone in a rule, not with {sorted(left)}.")
        for one in _inner(rule):
            check(one, top=False)
        return
    unknown = left - OPERATORS - {"Variable"}
    if unknown:
        raise ValueError(f"unknown comparison {min(unknown)!r}")
    if "Variable" not in rule or len(left) != 2:  # noqa: PLR2004 -- the variable and one operator
        raise ValueError("a rule needs Variable and exactly one comparison")
    paths.parse(rule["Variable"])
    name = next(iter(left - {"Variable"}))
    if name.endswith("Path"):
        paths.parse(rule[name])


def holds(rule: Rule, data: Any, context: Any) -> bool:
    """Decide one rule."""
    if "And" in rule:
        return all(holds(one, data, context) for one in rule["And"])
    if "Or" in rule:
        return any(holds(one, data, context) for one in rule["Or"])
    if "Not" in rule:
        return not holds(rule["Not"], data, context)
    name = next(key for key in rule if key in OPERATORS)
    if name == "IsPresent":
        return paths.present(rule["Variable"], data, context) is rule[name]
    return _compared(name, rule[name], paths.read(rule["Variable"], data, context), data, context)


def _compared(name: str, wanted: Any, value: Any, data: Any, context: Any) -> bool:
    if name in _TESTS:
        return _TESTS[name](value) is wanted
    if name == "StringMatches":
        return _is_text(value) and re.fullmatch(_pattern(wanted), value) is not None
    if name.endswith("Path"):
        wanted = paths.read(wanted, data, context)
    kind, order = _COMPARISONS[name.removesuffix("Path")]
    fits, convert = _KINDS[kind]
    if not fits(wanted):
        raise StateError(RUNTIME, f"{name} compares with something that is not of its type.")
    return fits(value) and _ORDER[order](convert(value), convert(wanted))


def _pattern(wanted: str) -> str:
    """`*` matches anything and is the only special character, unless escaped."""
    pieces = re.split(r"(?<!\\)\*", wanted)
    return ".*".join(re.escape(piece.replace("\\*", "*")) for piece in pieces)


def _inner(rule: Rule) -> list[Rule]:
    if "Not" in rule:
        return [rule["Not"]]
    return list(rule.get("And") or rule.get("Or") or [])
