"""The report of a simulation: a JSON file, made while students go by, and read in pages."""

import json
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from grades import rules
from grades.domain import Comparison, GradingRules, Shown
from grades.serializers.answers import number
from grades.services import Simulation, Tell
from luca.kernel import clock

FILE, KIND = "simulation.json", "application/json"
Rows = list[dict[str, Any]]


def report(simulation: Simulation, tell: Tell) -> tuple[dict[str, Any], bytes]:
    """Compute it; return what stands above the rows, and the whole file."""
    rows = BytesIO()
    for one in simulation.compared(tell):
        rows.write(b",\n" if rows.tell() else b"\n")
        rows.write(json.dumps(_row(one)).encode())
    head = _head(simulation)
    written = json.dumps(head, indent=1).encode()
    return head, written[:-2] + b',\n "rows": [' + rows.getvalue() + b"\n]}\n"


def _head(simulation: Simulation) -> dict[str, Any]:
    return {
        "subject": simulation.course.subject,
        "period": simulation.course.period,
        "as_of": clock.stamp(simulation.at),
        "rules": {"before": _rules(simulation.before), "after": _rules(simulation.after)},
        "summary": simulation.summary.as_mapping(),
    }


def _rules(by: GradingRules) -> dict[str, Any]:
    return {"version": by.version, "rules": rules.as_mapping(by)}


def _row(one: Comparison) -> dict[str, Any]:
    return {
        "student": one.student,
        "before": _shown(one.before),
        "after": _shown(one.after),
        "difference": number(one.difference),
        "changed": one.changed,
        "crossed": one.crossing,
    }


def _shown(shown: Shown) -> dict[str, Any]:
    return {
        "score": number(shown.number),
        "verdict": shown.verdict,
        "letter": shown.letter,
    }


def page(content: bytes, begin: int, limit: int, only: str) -> tuple[Mapping[str, Any], Rows, int]:
    """Return what stands above the rows, some of the rows, and where the next ones begin (or 0)."""
    found = json.loads(content)
    rows = [row for row in found.pop("rows") if _wanted(row, only)]
    end = begin + limit
    return found, rows[begin:end], end if end < len(rows) else 0


def _wanted(row: Mapping[str, Any], only: str) -> bool:
    return row["changed"] if only == "changed" else only in {"", row["crossed"]}
