"""A gradebook that comes back as a table: compared and kept, and nothing changed."""

from grades.domain import CellOutcome, CellState, GradebookImport, ImportedCell
from grades.repository import evaluations
from grades.repository import imports as repository
from grades.rules import importing
from grades.rules.gradebook import table_columns
from grades.services import assessments
from grades.services.access import may_grade
from grades.services.moment import this_moment
from grades.services.pool import at_once
from luca.aws import audit
from luca.kernel import context, tables
from luca.kernel.errors import FieldError, Invalid, NotFound, TooLarge
from luca.kernel.ids import ID, AssessmentId, GroupId, StudentId, uuid7
from luca.kernel.iterate import chunks
from luca.kernel.tables import Fault
from tenants import services as tenants
from tenants.domain import Course

MOST_ROWS = 300
MOST_CHANGES = 3000
AT_ONCE = 100  # cells of one BatchGetItem
NO_ROWS = tables.Text("No hay ninguna fila.", "There is no row.")


class BadTable(Invalid):
    """Nothing in it can be read; whoever answers says the faults in the reader's language."""

    code = "bad_table"

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults or (Fault(1, "", NO_ROWS),)
        super().__init__("The table cannot be read; nothing was stored.")

    def said(self, language: str) -> Invalid:
        errors = tuple(
            FieldError(f"line {one.line}" + f".{one.column}" * bool(one.column), said)
            for one in self.faults
            for said in [one.cause.said(language)]
        )
        return Invalid(str(self), code=self.code, errors=errors)


def read_gradebook(course: Course, group: GroupId, content: bytes) -> GradebookImport:
    """Compare a table with what is stored and keep the difference; Invalid if it is no table.

    What is wrong with a line or a cell is refused by itself, and all of it is named.
    """
    seated = tenants.class_now(course, group)
    assessments.forget(course)
    every = assessments.remembered_assessments(course)
    asked = [one for one in every if one.group in {"", group}]
    others = [one for one in every if one not in asked]
    table = tables.read(content, table_columns(asked, others), most_rows=MOST_ROWS)
    if not table.rows:
        raise BadTable(table.faults)
    diff = importing.Diff(table, every, seated.students)
    made = GradebookImport(
        id=uuid7(),
        course=course,
        group=group,
        made_at=this_moment(),
        made_by=context.actor(),
        cells=tuple(diff.cells(_stored(course, diff.students))),
    )
    if len(made.changes) > MOST_CHANGES:
        message = f"More than {MOST_CHANGES} cells would change: divide the table."
        raise TooLarge(message, code="too_many_changes")
    repository.add(made)
    return made


def gradebook_import(course: Course, group: GroupId, identity: str) -> GradebookImport:
    """One that was made before, to whoever may grade the group."""
    if not may_grade(context.actor(), group, course.subject):
        raise NotFound("There is no such group.", code="group_not_found")
    found = repository.get(identity) if ID.fullmatch(identity) else None
    if found is None or (found.course, found.group) != (course, group):
        raise NotFound("There is no such import.", code="import_not_found")
    audit.seen("gradebook_import", f"course:{course.subject}/{course.period}/{group}")
    return found


def import_states(made: GradebookImport, cells: list[ImportedCell]) -> list[CellOutcome]:
    """How changes stand now, read off the results themselves."""
    return [one for some in chunks(cells, AT_ONCE) for one in _states(made, some)]


def _states(made: GradebookImport, cells: list[ImportedCell]) -> list[CellOutcome]:
    wanted = [(str(one.student), str(one.assessment)) for one in cells if one.is_change]
    found = {
        (one.student, one.assessment): one for one in evaluations.of_cells(made.course, wanted)
    }

    def state(cell: ImportedCell) -> CellState:
        now = found.get((StudentId(str(cell.student)), AssessmentId(str(cell.assessment))))
        return importing.state_of(made.id, cell, now)

    return [CellOutcome(one, state(one)) for one in cells if one.is_change]


def _stored(course: Course, students: list[StudentId]) -> importing.Stored:
    """The table itself and not the index: what was recorded a moment ago is no conflict."""
    of_each = at_once(lambda one: evaluations.of_course(one, course), students)
    return {
        who: {one.assessment: one for one in results}
        for who, results in zip(students, of_each, strict=True)
    }
