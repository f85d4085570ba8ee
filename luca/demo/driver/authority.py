"""The authority's simulator from outside: its switches, and its own books.

The books are read from its own file, behind its back and behind Luca's.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from contextlib import closing
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import urllib3

if TYPE_CHECKING:
    from pathlib import Path

    from luca.demo.driver.table import Found, Name

UNANSWERED = "accepted_unanswered"
LOOK = 0.03
OUTAGE_SECONDS = 0.3  # at the demo's scale a quarter of a minute
CALM = 1.5
ERROR_SHARE = 0.1


@dataclass(slots=True)
class Books:
    """What the authority holds, and what it saw."""

    grades: dict[Name, str]  # school, student, subject, period: the score it was told
    doubled: int
    outcomes: dict[str, int]
    calls: list[tuple[float, str]]  # seconds since the first call, outcome

    def wrong(self, found: Found) -> int:
        """How many of its scores differ from what the table publishes."""
        return sum(not self._right(name, score, found) for name, score in self.grades.items())

    def _right(self, name: Name, score: str, found: Found) -> bool:
        grade = found.grades.get(name)
        if grade is None or grade.published is None:
            return False
        return Fraction(score) == Fraction(grade.published)


def read(file: Path) -> Books:
    """Read the simulator's SQLite file."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as store:
        records = store.execute("SELECT school_id, period, content, deliveries FROM records")
        grades: dict[Name, str] = {}
        doubled = 0
        for school, period, content, deliveries in records:
            grade = json.loads(content)
            grades[school, grade["student"], grade["subject"], period] = grade["score"]
            doubled += deliveries > 1
        outcomes = dict(store.execute("SELECT outcome, count(*) FROM calls GROUP BY 1").fetchall())
        calls = store.execute("SELECT at, outcome FROM calls ORDER BY at").fetchall()
    first = calls[0][0] if calls else 0.0
    return Books(grades, doubled, outcomes, [(at - first, outcome) for at, outcome in calls])


class Trouble(threading.Thread):
    """Makes the authority fail in every way it can, one after the other, and then now and then.

    First a call is answered 503, then one is accepted and never answered, then
    there is an outage, until each has really happened to somebody. A batch has
    four attempts, and all three may hit the same one: so the fourth is spared.
    """

    STEPS = (
        ({"error_share": 1.0}, "unavailable", 0.0),
        ({"timeout_share": 1.0}, UNANSWERED, 0.0),
        ({"outage_for": 600.0}, "outage", OUTAGE_SECONDS),
    )

    def __init__(self, url: str) -> None:
        super().__init__(name="trouble", daemon=True)
        self._url = url
        self._enough = threading.Event()
        self.happened: dict[str, int] = {}

    def run(self) -> None:
        for switches, outcome, longer in self.STEPS:
            self._set(switches)
            while not self._happened(outcome):
                if self._enough.wait(LOOK):
                    return
            self._enough.wait(longer)
        self._set({})
        if not self._enough.wait(CALM):
            self._set({"error_share": ERROR_SHARE})

    def stop(self) -> None:
        """Let the authority recover."""
        self._enough.set()
        self.join()
        self.happened = self._outcomes()
        self._set({})

    @property
    def all_happened(self) -> bool:
        return all(self.happened.get(outcome) for _, outcome, _ in self.STEPS)

    def _happened(self, outcome: str) -> bool:
        self.happened = self._outcomes()
        return bool(self.happened.get(outcome))

    def _set(self, switches: dict[str, float]) -> None:
        urllib3.request("PUT", f"{self._url}/chaos", body=json.dumps(switches), retries=False)

    def _outcomes(self) -> dict[str, int]:
        report: Any = urllib3.request("GET", f"{self._url}/report", retries=False).json()
        found: dict[str, int] = report["outcomes"]
        return found
