"""Changes of a table made, and taken back; killed anywhere, the same call goes on.

Each change is made by the same services as one that somebody types in, over the version that
the table was compared with, so they judge who may, when and why. Nothing is noted beside it:
what was done is read off the results.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from grades.domain import (
    CellOutcome,
    CellState,
    Change,
    GradebookImport,
    ImportedCell,
    ImportReport,
    NewEvaluation,
    Said,
    Status,
)
from grades.rules.importing import applied_mark, undone_mark
from grades.services import correcting, recording
from grades.services.gradebook.imports import AT_ONCE, gradebook_import, import_states
from grades.services.pool import at_once
from grades.services.reasons import checked_reason_for_all
from luca.aws import audit
from luca.aws.audit import LONGEST_REASON, Action
from luca.kernel import clock, context
from luca.kernel.errors import Conflict, FieldError, Invalid, LucaError
from luca.kernel.ids import AssessmentId, GroupId, StudentId
from luca.kernel.iterate import chunks
from tenants import services as tenants
from tenants.domain import Course

ROOM = 60  # characters that a mark takes of a reason
PATIENCE = timedelta(seconds=20)  # of somebody who waits for the answer
Tick = Callable[[int], object]
_Attempt = tuple[ImportedCell, LucaError | None]
EXCUSED = Status.EXCUSED


def apply_import(
    course: Course,
    group: GroupId,
    identity: str,
    *,
    cells: Sequence[str] | None,
    reason: str,
    tick: Tick = int,
) -> ImportReport:
    """Make all changes of a table, or those that are named, each over the version it saw."""
    made = gradebook_import(course, group, identity)
    chosen = made.changes if cells is None else _named(made, cells)
    why = _checked(reason, made)
    _record(Action.GRADES_IMPORTED, made, len(chosen), why)
    act = _Act(CellState.WAITING, lambda some: _apply(made, some, why))
    return _go(made, chosen, act, tick)


def undo_import(
    course: Course, group: GroupId, identity: str, *, reason: str, tick: Tick = int
) -> ImportReport:
    """Put back what this table changed, as corrections; what somebody changed since stays."""
    made = gradebook_import(course, group, identity)
    why = _checked(reason, made)
    _record(Action.GRADES_IMPORT_UNDONE, made, len(made.changes), why)
    act = _Act(CellState.APPLIED, lambda some: _undo(made, some, why))
    return _go(made, made.changes, act, tick)


@dataclass(frozen=True, slots=True)
class _Act:
    """What is done to cells that are in one state, and so brings them into another."""

    concerns: CellState
    do: Callable[[list[ImportedCell]], Iterable[_Attempt]]


def _go(
    made: GradebookImport, chosen: Sequence[ImportedCell], act: _Act, tick: Tick
) -> ImportReport:
    """Act by pieces, until all is done or whoever waits has waited long enough.

    Afterwards the results say how each cell stands: an attempt that failed may have
    succeeded all the same, its answer being lost.
    """
    until, found, worked = clock.now() + PATIENCE, [], False
    for some in chunks(chosen, AT_ONCE):
        if worked and context.actor() is not None and clock.now() > until:
            break
        stands: list[CellOutcome] = import_states(made, some)
        concerned = [one.cell for one in stands if one.state is act.concerns]
        if concerned:
            worked = True
            errors = {cell.id: error for cell, error in act.do(concerned) if error is not None}
            stands = [
                replace(one, error=errors.get(one.cell.id)) if one.state is act.concerns else one
                for one in import_states(made, some)
            ]
        found += stands
        tick(len(some))
    return ImportReport(tuple(found), left=len(chosen) - len(found))


def _apply(made: GradebookImport, waiting: list[ImportedCell], reason: str) -> Iterable[_Attempt]:
    mark = f"{reason} {applied_mark(made.id)}"
    fresh = [one for one in waiting if not one.version and _says(one).status is not EXCUSED]
    rest = [one for one in waiting if one not in fresh]
    rows = [_new(made.course, one, mark) for one in fresh]
    recorded = recording.record(context.actor(), rows)
    yield from ((fresh[one.index], one.error) for one in recorded)
    yield from at_once(
        lambda cell: _attempt(cell, lambda: _change(made, cell, _says(cell), mark, cell.version)),
        rest,
    )


def _undo(made: GradebookImport, applied: list[ImportedCell], reason: str) -> Iterable[_Attempt]:
    mark = f"{reason} {undone_mark(made.id)}"
    return at_once(lambda cell: _attempt(cell, lambda: _put_back(made, cell, mark)), applied)


def _new(course: Course, cell: ImportedCell, reason: str) -> NewEvaluation:
    says = _says(cell)
    return NewEvaluation(
        StudentId(str(cell.student)),
        course.subject,
        course.period,
        AssessmentId(str(cell.assessment)),
        says.score,
        status=says.status,
        reason=reason,
    )


def _put_back(made: GradebookImport, cell: ImportedCell, reason: str) -> None:
    applied = cell.version + 1
    if cell.was is None:
        actor = context.actor()
        correcting.void(actor, *_place(made, cell), reason=reason, version=applied)
    else:
        _change(made, cell, cell.was, reason, applied)


def _change(made: GradebookImport, cell: ImportedCell, to: Said, reason: str, version: int) -> None:
    actor, place = context.actor(), _place(made, cell)
    if to.status is EXCUSED:
        correcting.excuse(actor, *place, reason=reason, version=version)
    else:
        change = Change(to.score, to.status)
        correcting.correct(actor, *place, change, reason=reason, version=version)


def _place(made: GradebookImport, cell: ImportedCell) -> tuple[StudentId, Course, AssessmentId]:
    return StudentId(str(cell.student)), made.course, AssessmentId(str(cell.assessment))


def _attempt(cell: ImportedCell, act: Callable[[], None]) -> _Attempt:
    """One change that is refused stops no other."""
    try:
        act()
    except LucaError as error:
        return cell, error
    return cell, None


def _named(made: GradebookImport, cells: Sequence[str]) -> list[ImportedCell]:
    known = {one.id: one for one in made.changes}
    faults = tuple(
        FieldError(f"cells.{n}", "This import changes no such cell.")
        for n, one in enumerate(cells)
        if one not in known
    )
    if faults or not cells:
        raise Invalid("Some cells cannot be applied; nothing was changed.", errors=faults)
    return [known[one] for one in dict.fromkeys(cells)]


def _checked(reason: str, made: GradebookImport) -> str:
    """It comes to stand in everybody's history and in the audit log, so it names nobody of them."""
    tidy, most = reason.strip(), LONGEST_REASON - ROOM
    if not tidy or len(tidy) > most or not tidy.isprintable():
        message = f"A change needs a reason: one line of at most {most} characters."
        raise Invalid(message, code="reason_missing", errors=(FieldError("reason", message),))
    roster = tenants.roster(made.course.subject, made.course.period)
    own = {one.student for one in roster if one.group == made.group}
    changed = {StudentId(str(one.student)) for one in made.changes}
    return checked_reason_for_all(tidy, own | changed)


def _record(act: Action, made: GradebookImport, cells: int, reason: str) -> None:
    where = f"{made.course.subject}/{made.course.period}/{made.group}"
    audit.record(act, f"import:{made.id}", reason=reason, gradebook=where, cells=str(cells))


def _says(cell: ImportedCell) -> Said:
    if cell.says is None:
        raise Conflict("This cell says nothing.")
    return cell.says
