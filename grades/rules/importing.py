"""A gradebook that comes back as a table: what each cell would change, and what became of it.

That an import wrote a version of a result is known by the version's own reason, which ends
in the import's mark. So nothing else has to be written with it, nothing can be lost between
two writes, and a repeated call finds out what the one before had done.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from grades.domain import (
    Assessment,
    CellKind,
    CellState,
    Evaluation,
    ImportedCell,
    Said,
    Status,
)
from grades.rules.gradebook import MAXIMA, NAME, STUDENT, other_maximum, read_cell
from luca.kernel.ids import AssessmentId, StudentId
from luca.kernel.tables import Row, Table, Text, bare
from tenants.domain import Student

Stored = Mapping[StudentId, Mapping[AssessmentId, Evaluation]]

NOT_IN_GROUP = Text(
    "Nadie de este grupo cursa la materia con esta matrícula.",
    "Nobody of this group attends the course under this id.",
)
OTHER_NAME = Text(
    "El nombre no es el de esta matrícula: revise si las filas se desordenaron.",
    "The name is not this student's: see whether the rows got mixed up.",
)


def repeated(line: int) -> Text:
    return Text(
        f"El alumno está también en la línea {line}.", f"The student is in line {line} too."
    )


class Diff:
    """Compares a table with what is stored. Nothing in it is written anywhere."""

    def __init__(
        self, table: Table, asked: Iterable[Assessment], students: Sequence[Student]
    ) -> None:
        self.table = table
        known = {str(one.id): one for one in asked}
        self.asked = [known[name] for name in table.headings if name in known]
        self._known = {str(one.id): one for one in students}
        self._whose = {row.line: self._student(row[STUDENT]) for row in table.rows}

    @property
    def students(self) -> list[StudentId]:
        """Whose results the table speaks of."""
        return [one.id for one in self._whose.values() if one is not None]

    def cells(self, stored: Stored) -> list[ImportedCell]:
        """Every cell that says something, by line; what is wrong is refused, each by itself."""
        found = [
            ImportedCell(fault.line, fault.column, CellKind.REFUSED, cause=fault.cause)
            for fault in self.table.faults
        ]
        lines: dict[StudentId, list[int]] = {}
        for line, student in self._whose.items():
            if student is not None:
                lines.setdefault(student.id, []).append(line)
        for row in self.table.rows:
            found += self._row(row, lines, stored)
        return sorted(found, key=lambda one: one.line)

    def _row(
        self, row: Row, lines: Mapping[StudentId, Sequence[int]], stored: Stored
    ) -> Iterator[ImportedCell]:
        student = self._whose[row.line]
        if row[STUDENT] == MAXIMA:
            yield from self._maxima(row)
        elif student is None:
            yield self._refused(row, STUDENT, NOT_IN_GROUP)
        elif len(same := lines[student.id]) > 1:
            yield self._refused(row, STUDENT, repeated(next(n for n in same if n != row.line)))
        elif row[NAME] and _words(row[NAME]) != _name_of(student):
            yield self._refused(row, NAME, OTHER_NAME)
        else:
            for one in self.asked:
                if row[one.id]:
                    yield self._cell(row, student.id, one, stored[student.id].get(one.id))

    def _maxima(self, row: Row) -> Iterator[ImportedCell]:
        for one in self.asked:
            said = read_cell(row[one.id] or str(one.max), one.max)
            if not isinstance(said, Said) or said.score != one.max:
                yield self._refused(row, one.id, other_maximum(one.max))

    def _cell(
        self, row: Row, student: StudentId, asked: Assessment, now: Evaluation | None
    ) -> ImportedCell:
        said = read_cell(row[asked.id], asked.max)
        was = None if now is None else Said(now.status, now.score)
        cause, says = (None, said) if isinstance(said, Said) else (said, None)
        return ImportedCell(
            line=row.line,
            column=self.table.headings[asked.id],
            kind=CellKind.REFUSED if says is None else _kind(was, says),
            student=student,
            assessment=asked.id,
            was=was,
            version=0 if now is None else now.version,
            says=says,
            cause=cause,
        )

    def _refused(self, row: Row, column: str, cause: Text) -> ImportedCell:
        fault = self.table.fault(row, column, cause)
        return ImportedCell(fault.line, fault.column, CellKind.REFUSED, cause=cause)

    def _student(self, text: str) -> Student | None:
        """Find who is meant; a spreadsheet marks text with an apostrophe and eats leading zeros."""
        plain = text.removeprefix("'")
        exact = self._known.get(text) or self._known.get(plain)
        if exact is not None or not plain.isdigit():
            return exact
        bared = plain.lstrip("0")
        alike = [
            one
            for known, one in self._known.items()
            if known.isdigit() and known.lstrip("0") == bared
        ]
        return alike[0] if len(alike) == 1 else None


def _kind(was: Said | None, says: Said) -> CellKind:
    if was is None:
        return CellKind.NEW
    if says.status is not Status.GRADED:  # a word says nothing of a score
        return CellKind.UNCHANGED if was.status is says.status else CellKind.CORRECTED
    return CellKind.UNCHANGED if was == says else CellKind.CORRECTED


def _words(name: str) -> list[str]:
    return sorted(filter(None, bare(name).split("_")))


def _name_of(student: Student) -> list[str]:
    return _words(f"{student.family_name} {student.given_name}")


def applied_mark(identity: str) -> str:
    """How the reason ends of what an import wrote."""
    return f"(import {identity})"


def undone_mark(identity: str) -> str:
    return f"(undo of import {identity})"


def state_of(identity: str, cell: ImportedCell, now: Evaluation | None) -> CellState:
    """Read off a result what an import did to it, and others since."""
    reasons = {} if now is None else {past.version: past.reason for past in now.history}
    present = 0 if now is None else now.version
    if now is not None:
        reasons[present] = now.reason
    if not reasons.get(cell.version + 1, "").endswith(applied_mark(identity)):
        return CellState.WAITING if present == cell.version else CellState.CONFLICT
    if reasons.get(cell.version + 2, "").endswith(undone_mark(identity)):
        return CellState.UNDONE
    return CellState.APPLIED if present == cell.version + 1 else CellState.CHANGED
