"""What is true in the end, told by those who were not told what to say."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from luca.demo.driver.scenario import Scenario
    from luca.demo.driver.table import Found, Grade, Name
    from luca.demo.expected import Expected

EXAMPLES = 5
SETTLED = {
    "sync_accepted": {"ACCEPTED", "ACCEPTED_DUPLICATE", "VERIFIED"},
    "sync_rejected": {"REJECTED_DATA", "REJECTED_AUTH", "CONFLICT"},
    "sync_blocked": {"BLOCKED_LOCAL"},
    "sync_dead": {"DEAD"},
}


def figures(scenario: Scenario, found: Found) -> tuple[dict[str, float], list[str]]:
    """The figures that only the table can tell, and the first grades that are wrong."""
    schools = set(scenario.schools)
    expected = scenario.expected()
    wrong = list(_wrong(expected, found))
    closed = {(school, period) for school, period in scenario.closing}
    of_closed = [name for name in expected if (name[0], name[3]) in closed]
    undefined = sum(expected[name].final is None for name in of_closed)
    told: dict[str, float] = {
        "schools": len(found.schools & schools),
        "students": sum(name[0] in schools for name in found.students),
        "enrolments": sum(name[0] in schools for name in found.enrolments),
        "evaluations_stored": sum(name[0] in schools for name in found.evaluations),
        "events_stored": sum(e.number for n, e in found.events.items() if n[0] in schools),
        "quantity_stored": sum(e.quantity for n, e in found.events.items() if n[0] in schools),
        "grades": sum(name[0] in schools for name in found.grades),
        "grades_checked": sum(name in found.grades for name in expected),
        "grades_wrong": len(wrong),
        "grades_closed": len(of_closed),
        "grades_undefined": undefined,
        "strangers": found.strangers,
    }
    return told, [f"{'/'.join(name)}: {text}" for name, text in wrong[:EXAMPLES]]


def _wrong(expected: dict[Name, Expected], found: Found) -> Iterable[tuple[Name, str]]:
    for name, wanted in expected.items():
        grade = found.grades.get(name)
        if grade is None:
            yield name, "there is no grade"
        elif not (same(grade.current, wanted.current) and same(grade.final, wanted.final)):
            yield name, f"{_told(grade)} instead of {wanted.current} and {wanted.final}"


def same(stored: str | None, wanted: str | None) -> bool:
    """Equal as numbers. Undefined is equal to undefined only, and never to 0."""
    if stored is None or wanted is None:
        return stored is wanted
    return Fraction(stored) == Fraction(wanted)


def _told(grade: Grade) -> str:
    return f"{grade.current} and {grade.final}"


def ledger(scenario: Scenario, found: Found) -> dict[str, float]:
    """What the sync's ledger holds, as it lies in the table."""
    schools = set(scenario.schools)
    records = {key: count for key, count in found.records.items() if key[0] in schools}
    told: dict[str, float] = {
        name: sum(count for (_, state), count in records.items() if state in states)
        for name, states in SETTLED.items()
    }
    told["sync_records"] = sum(records.values())
    told["sync_settled"] = sum(told[name] for name in SETTLED)
    balances = [one for one in found.balances if one.school in schools]
    whole = len(balances) == len(scenario.closing)
    told["sync_balanced"] = int(whole and not any(one.content["differences"] for one in balances))
    return told
