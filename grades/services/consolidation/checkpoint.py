"""How far a run came, kept in the school's storage so that the next one goes on there.

It only saves work: without it everything would be computed again, to the same
grades.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from luca.aws import storage
from luca.kernel import clock, context
from tenants.domain import Course

EVERYBODY = "~"  # sorts after every student: the whole course is done


@dataclass(slots=True)
class Checkpoint:
    """For each course that is computed whole: the last student done, and for which change."""

    name: str
    positions: dict[str, tuple[str, str]] = field(default_factory=dict)
    rules: dict[str, int] = field(default_factory=dict)  # by which a period closes, by subject
    finished: bool = False

    @classmethod
    def read(cls, name: str) -> "Checkpoint":
        found = cls(name)
        raw = storage.read(found.path)
        if raw is not None:
            stored: dict[str, Any] = json.loads(raw)
            found.finished = bool(stored["finished"])
            found.rules = {str(name): int(number) for name, number in stored["rules"].items()}
            found.positions = {
                one["course"]: (one["change"], one["after"]) for one in stored["courses"]
            }
        return found

    @property
    def path(self) -> str:
        return f"consolidation/{self.name}.json"

    def after(self, course: Course, change: str) -> str:
        """Return the last student that was done for this change of the course, or nothing."""
        for_change, student = self.positions.get(_spelled(course), ("", ""))
        return student if for_change == change else ""

    def reached(self, course: Course, change: str, student: str) -> None:
        self.positions[_spelled(course)] = (change, student)

    def write(self) -> None:
        storage.write(self.path, json.dumps(self._stored(), separators=(",", ":")).encode())

    def _stored(self) -> dict[str, Any]:
        return {
            "school": context.school(),
            "run": self.name,
            "at": clock.stamp(clock.now()),
            "finished": self.finished,
            "rules": self.rules,
            "courses": [
                {"course": course, "change": change, "after": after}
                for course, (change, after) in sorted(self.positions.items())
            ],
        }

    def finish(self) -> None:
        """Nothing is left to go on with."""
        self.positions.clear()
        self.finished = True
        self.write()


def _spelled(course: Course) -> str:
    return f"{course.period}/{course.subject}"
