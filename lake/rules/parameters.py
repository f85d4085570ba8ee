"""What a question may be told, and how that stands in its statement.

Values stand in the statement as literals, spelled here and nowhere else: `AT TIME ZONE` takes no
bound parameter in Trino, and Athena's own parameters are literals too. Nothing that could end a
literal passes: every value is of a type whose spelling is checked.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from lake.domain import Typed
from luca.kernel.errors import FieldError, Invalid
from luca.kernel.ids import ID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from lake.domain import Parameter

SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
WHOLE = re.compile(r"[0-9]{1,9}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
NOTHING = "CAST(NULL AS {})"
SQL_TYPES = {
    Typed.DATE: "DATE",
    Typed.INTEGER: "BIGINT",
    Typed.SLUG: "VARCHAR",
    Typed.ID: "VARCHAR",
}
COMMON = ("since", "until")


def checked(wanted: Iterable[Parameter], given: Mapping[str, str]) -> dict[str, str]:
    """Every parameter as it counts, or raise Invalid naming all that is wrong."""
    known = {one.name: one for one in wanted}
    wrong = [
        FieldError(name, "This question has no such parameter.")
        for name in given
        if name not in known and name not in COMMON
    ]
    values = {name: given.get(name) or one.default for name, one in known.items()}
    wrong += [
        FieldError(name, fault)
        for name, one in known.items()
        if values[name] and (fault := _fault(one, values[name]))
    ]
    refuse(wrong)
    return values


def refuse(wrong: Sequence[FieldError]) -> None:
    """Raise Invalid if anything is wrong, saying what."""
    if wrong:
        named = "; ".join(f"{one.field}: {one.message}" for one in wrong)
        raise Invalid(f"The question cannot be asked like this. {named}", errors=tuple(wrong))


def literal(parameter: Parameter, value: str) -> str:
    """How a checked value stands in a statement."""
    kind = parameter.kind
    if not value:
        return NOTHING.format(SQL_TYPES[kind])
    if kind is Typed.INTEGER:
        return value
    return f"DATE {quoted(value)}" if kind is Typed.DATE else quoted(value)


def quoted(text: str) -> str:
    """A text as both dialects spell it."""
    return "'" + text.replace("'", "''") + "'"


def day(text: str) -> date:
    """A date, or raise ValueError: nothing but YYYY-MM-DD is one."""
    if not DAY.fullmatch(text):
        raise ValueError(text)
    return date.fromisoformat(text)


def _fault(parameter: Parameter, value: str) -> str:
    check, message = CHECKS[parameter.kind]
    if not check(value):
        return message
    if parameter.kind is Typed.INTEGER and not _within(parameter, int(value)):
        return f"Must be from {parameter.least} to {parameter.most}."
    return ""


def _within(parameter: Parameter, value: int) -> bool:
    least = parameter.least is None or value >= parameter.least
    return least and (parameter.most is None or value <= parameter.most)


def _is_day(text: str) -> bool:
    try:
        day(text)
    except ValueError:
        return False
    return True


CHECKS: dict[Typed, tuple[Callable[[str], object], str]] = {
    Typed.DATE: (_is_day, "Must be a day, as 2026-11-21."),
    Typed.INTEGER: (WHOLE.fullmatch, "Must be a whole number."),
    Typed.SLUG: (SLUG.fullmatch, "Must be 1 to 64 of a-z, 0-9, _ and -."),
    Typed.ID: (ID.fullmatch, "Must be an id: 1 to 64 letters, digits or . _ ~ -"),
}
