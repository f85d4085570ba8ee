"""The words of an import that the office looks over before it is applied, and may take back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from luca.kernel.tables import Fault


class ImportState(StrEnum):
    """`stopped` has stored some rows, each of them whole."""

    CHECKED = "checked"
    APPLYING = "applying"
    APPLIED = "applied"
    STOPPED = "stopped"
    UNDOING = "undoing"
    UNDONE = "undone"


class Left(StrEnum):
    """Why a row of an import cannot be taken back."""

    CHANGED = "changed"  # somebody changed it since
    USED = "used"  # something was recorded about it since
    CLOSED = "closed"  # its period is closed
    GROUP = "group"  # others may refer to a group, so it stays


@dataclass(frozen=True, slots=True)
class Step:
    """What one good row does: `before` is None for what is new, and equals `after` for nothing.

    `links` are what it connects besides: a student and a group, a guardian and children.
    """

    line: int
    id: str
    before: Mapping[str, str] | None
    after: Mapping[str, str]
    links: tuple[tuple[str, str], ...] = ()

    @property
    def is_new(self) -> bool:
        return self.before is None

    @property
    def changes(self) -> dict[str, tuple[str, str]]:
        """The fields that become something else, with what they were."""
        was = self.before or {}
        return {
            name: (was.get(name, ""), value)
            for name, value in self.after.items()
            if was.get(name, "") != value
        }

    @property
    def does_something(self) -> bool:
        return bool(self.is_new or self.changes or self.links)


@dataclass(frozen=True, slots=True)
class Difference:
    """A table held against what is stored now."""

    steps: Sequence[Step]
    faults: Sequence[Fault]


@dataclass(frozen=True, slots=True)
class PeopleImport:
    """One table that was sent. The table itself, and what undoing needs, is kept for a week."""

    id: str
    kind: str
    state: ImportState
    made_at: datetime
    made_by: str | None
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    job: str = ""  # the last one: applying or undoing it
    stop: bool = False  # somebody asked to
    partial: bool = False  # apply the good rows although others are bad
    left: Mapping[str, int] = field(default_factory=dict)  # why undoing left rows as they are
