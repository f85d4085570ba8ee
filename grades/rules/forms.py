"""Reading what people write, field by field, remembering everything that is wrong."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self, TypeVar

from grades.rules.numbers import exact
from luca.kernel.errors import FieldError, Invalid

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")
NAME_AT_MOST = 64


class Form:
    """A mapping that is read strictly; `inside` reads one within it, under its full name."""

    def __init__(
        self, given: Mapping[str, Any], within: str = "", errors: list[FieldError] | None = None
    ) -> None:
        self.given = given
        self.within = within
        self.errors: list[FieldError] = [] if errors is None else errors

    def wrong(self, field: str, message: str) -> None:
        self.errors.append(FieldError(self.within + field, message))

    def only(self, fields: frozenset[str], what: str) -> None:
        for name in sorted(str(name) for name in set(self.given) - fields):
            self.wrong(name, f"{self.within}{name} is not a field of {what}.")

    def read(self, field: str, default: T, convert: Callable[[Any], T]) -> T:
        if self.given.get(field) is None:
            return default
        try:
            return convert(self.given[field])
        except ValueError as error:
            self.wrong(field, f"{self.within}{field} {error}.")
            return default

    def choice(self, field: str, default: E) -> E:
        return self.read(field, default, lambda value: one_of(type(default), value))

    def inside(self, field: str, fields: frozenset[str]) -> Self | None:
        given = self.given.get(field)
        if given is None:
            return None
        if not isinstance(given, Mapping):
            self.wrong(field, f"{self.within}{field} must be an object.")
            return None
        form = type(self)(given, f"{self.within}{field}.", self.errors)
        form.only(fields, f"{self.within}{field}")
        return form

    def pairs(self, field: str, convert: Callable[[Any], T]) -> tuple[tuple[str, T], ...]:
        """Read an object of names and values, sorted by name."""
        form = self.inside(field, frozenset(self.names(field)))
        if form is None:
            return ()
        found = {}
        for name in form.given:
            try:
                found[_name(name)] = convert(form.given[name])
            except ValueError as error:
                form.wrong(str(name), f"{field}.{name} {error}.")
        return tuple(sorted(found.items()))

    def names(self, field: str) -> list[str]:
        given = self.given.get(field)
        return [str(name) for name in given] if isinstance(given, Mapping) else []

    def refuse(self, message: str, code: str) -> None:
        """Raise Invalid if anything was wrong."""
        if self.errors:
            raise Invalid(message, code=code, errors=tuple(self.errors))


def _name(given: object) -> str:
    if not isinstance(given, str) or not 1 <= len(given) <= NAME_AT_MOST:
        raise ValueError(f"needs a name of 1 to {NAME_AT_MOST} characters")
    return given


def one_of(kind: type[E], value: Any) -> E:
    try:
        return kind(value)
    except ValueError as error:
        raise ValueError(f"must be one of: {', '.join(kind)}") from error


def whole(most: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
            raise ValueError(f"must be a whole number from 0 to {most}")
        return value

    return read


def between(lowest: int, highest: int) -> Callable[[Any], Decimal]:
    def read(value: Any) -> Decimal:
        number = exact(value)
        if not lowest <= number <= highest:
            raise ValueError(f"must be from {lowest} to {highest}")
        return number

    return read


def boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")  # noqa: TRY004 -- one error for every field
    return value
