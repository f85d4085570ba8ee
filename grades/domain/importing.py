"""A gradebook that comes back as a table, compared with what is stored."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from grades.domain.gradebook import Said
from luca.kernel.errors import LucaError
from luca.kernel.ids import AssessmentId, GroupId, PersonId, StudentId
from luca.kernel.tables import Text
from tenants.domain import Course


class CellKind(StrEnum):
    """What a cell of a table would do."""

    UNCHANGED = "unchanged"
    NEW = "new"  # nothing is recorded yet
    CORRECTED = "corrected"
    REFUSED = "refused"


class CellState(StrEnum):
    """What became of a change that a table asks for. It is read off the result's own history."""

    WAITING = "waiting"
    APPLIED = "applied"
    UNDONE = "undone"
    CONFLICT = "conflict"  # somebody else changed the result before it could be applied
    CHANGED = "changed"  # applied, and changed by somebody since: an undo leaves it


@dataclass(frozen=True, slots=True)
class ImportedCell:
    """One cell of a table, compared with what was stored when it was read."""

    line: int
    column: str  # as the table heads it
    kind: CellKind
    student: StudentId | None = None  # None: the line names nobody of the group
    assessment: AssessmentId | None = None
    was: Said | None = None  # None: nothing was recorded
    version: int = 0  # of what was recorded; the precondition of the change
    says: Said | None = None
    cause: Text | None = None  # of a refusal

    @property
    def id(self) -> str:
        return f"{self.student}/{self.assessment}"

    @property
    def is_change(self) -> bool:
        return self.kind in {CellKind.NEW, CellKind.CORRECTED}


@dataclass(frozen=True, slots=True)
class GradebookImport:
    """A table that somebody sent in, and what it would do. It never changes."""

    id: str
    course: Course
    group: GroupId
    made_at: datetime
    made_by: PersonId | None
    cells: tuple[ImportedCell, ...]  # by line; empty cells are not there

    @property
    def changes(self) -> list[ImportedCell]:
        return [one for one in self.cells if one.is_change]

    @property
    def counts(self) -> dict[CellKind, int]:
        return {kind: sum(one.kind is kind for one in self.cells) for kind in CellKind}


@dataclass(frozen=True, slots=True)
class CellOutcome:
    """How one change stands; the error says why it could not be made."""

    cell: ImportedCell
    state: CellState
    error: LucaError | None = None


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What one call of apply or undo came to. What is `left` needs the same call again."""

    outcomes: tuple[CellOutcome, ...]
    left: int = 0

    @property
    def counts(self) -> dict[CellState, int]:
        return {state: sum(one.state is state for one in self.outcomes) for state in CellState}
