"""The form of a question: its range of days, and a field for each of its parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from lake.domain import Typed
from lake.serializers.analytics import spoken

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lake.domain import Parameter, Question
    from lake.services.naming import Named

KINDS = {Typed.DATE: "date", Typed.INTEGER: "number"}


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    label: str
    kind: str  # of an input of HTML
    value: str
    options: Sequence[tuple[str, str]] = ()  # of a list to choose from
    least: int | None = None
    most: int | None = None


def fields(asked: Question, given: Mapping[str, str], called: Named, language: str) -> list[Field]:
    """Every field, with what was given or counts by default."""
    days = (("since", _("First day")), ("until", _("Last day")))
    return [
        *(Field(name, label, "date", given.get(name, "")) for name, label in days),
        *(_field(one, given, called.get(one.name, {}), language) for one in asked.parameters),
    ]


def _field(
    one: Parameter, given: Mapping[str, str], called: Mapping[str, str], language: str
) -> Field:
    value = given.get(one.name, one.default)
    options = sorted(called.items(), key=lambda option: option[1].casefold())
    if options and value and value not in called:
        options.insert(0, (value, value))  # what a link says stays chosen
    return Field(
        one.name,
        spoken(one.about, language),
        KINDS.get(one.kind, "text"),
        value,
        [("", "—"), *options] if options else (),
        one.least,
        one.most,
    )
