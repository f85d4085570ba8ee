"""The named questions as operators find them in Athena: about one school, and all of its time."""

from __future__ import annotations

from lake.repository import library
from lake.rules import parameters, statements

SCHOOL = "SCHOOL"
NOW = "to_iso8601(current_timestamp)"  # Athena's clock is UTC, and spells it as our keys do
FIRST, LAST = "2024-01-01T00:00:00.000Z", "2100-01-01T00:00:00.000Z"
HINT = (
    f"-- Put the school's id in the place of {SCHOOL}. With a range of days, another time zone or\n"
    "-- parameters the same is asked by `manage.py lake query`.\n"
)


def saved() -> dict[str, dict[str, str]]:
    """Each question as one statement with its parameters' defaults, by name."""
    return {
        one.name: {
            "about": f"{one.about.en} | {one.about.es}",
            "query": HINT + _statement(one.name),
        }
        for one in library.questions().values()
    }


def _statement(name: str) -> str:
    asked = library.questions()[name]
    time = {"start": FIRST, "early": FIRST, "end": LAST, "late": LAST}
    values = {
        **{name: parameters.quoted(text) for name, text in time.items()},
        "now": NOW,
        "zone": parameters.quoted("America/Mexico_City"),
        **{one.name: parameters.literal(one, one.default) for one in asked.parameters},
    }
    # The folders of all years: Glue's tables ask only for the school.
    mine = f"school_id = {parameters.quoted(SCHOOL)}"
    views = [(view, mine) for view in statements.needed(asked.sql, library.views())]
    return statements.composed(asked.sql, views, values)
