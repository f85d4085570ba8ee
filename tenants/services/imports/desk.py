"""Imports at the office's desk: sent, looked over, applied, stopped, taken back.

A table is kept as it came; what it would do is worked out anew whenever somebody looks, so
that what is shown is what is so. A worker applies and undoes: see `running` and `undoing`.
"""

from dataclasses import dataclass, replace

from luca.aws import jobs, queue, store
from luca.aws.audit import Action, record
from luca.kernel import clock, context, tables, workbook
from luca.kernel.errors import Conflict, FieldError, Invalid, NotFound, TooLarge
from luca.kernel.ids import uuid7
from luca.kernel.tables import Fault, Table
from tenants import rules
from tenants.domain.imports import Difference, ImportState, PeopleImport
from tenants.repository import imports as repository
from tenants.rules.sheets import COLUMNS, Kind
from tenants.services import access
from tenants.services.checks import well_formed
from tenants.services.imports import PREPARE

LARGEST = 5 * 1024 * 1024  # bytes
MOST_ROWS = 5_000
APPLY, UNDO = "tenants.apply_import", "tenants.undo_import"
WORK = "people_import"
SETTLED = "The import is not in a state in which this can be done."
GONE = "The table is no longer kept: send it again."


@dataclass(frozen=True, slots=True)
class ImportSeen:
    """An import with the job that applies or undoes it, if there is one."""

    made: PeopleImport
    job: jobs.Job | None


def read(kind: Kind, content: bytes) -> Table:
    """Read CSV or XLSX; a row with a formula is not taken."""
    if not workbook.is_one(content):
        return tables.read(content, COLUMNS[kind], most_rows=MOST_ROWS)
    text, formulas = workbook.as_csv(content)
    if not text:
        return Table(faults=tuple(formulas))
    table = tables.read(text, COLUMNS[kind], most_rows=MOST_ROWS)
    bad = {one.line for one in formulas}
    named = _named(text, formulas)
    others = [one for one in table.faults if one.line not in bad]
    rows = tuple(row for row in table.rows if row.line not in bad)
    return replace(table, rows=rows, faults=(*others, *named))


def _named(text: bytes, formulas: list[Fault]) -> list[Fault]:
    """Call a column by what the first row heads it."""
    heads = text.decode().split("\n", 1)[0].split(",")

    def name(one: Fault) -> str:
        number = int(one.column.removeprefix("#")) - 1
        head = heads[number].strip('"') if number < len(heads) else ""
        return head if one.line > 1 and head else one.column

    return [replace(one, column=name(one)) for one in formulas]


def import_columns(kind: str) -> list[str]:
    """How an empty table is headed: as schools of Mexico call the columns."""
    return list(import_headings(kind).values())


def import_headings(kind: str) -> dict[str, str]:
    """The same, by what code calls them."""
    return {one.name: (one.headers or (one.name,))[0] for one in COLUMNS[Kind(kind)]}


def send_import(kind: str, content: bytes) -> PeopleImport:
    """Keep a table and say what it would do; nothing of it is stored yet."""
    access.check_sees_all()
    if kind not in set(Kind):
        raise NotFound("There is no such kind of table.", code="kind_not_found")
    if len(content) > LARGEST:
        raise TooLarge(f"A table has at most {LARGEST // 1024 // 1024} MB: divide it.")
    found = _difference(Kind(kind), content)
    made = replace(_counted(found), kind=kind)
    repository.add(made, content)
    return made


def _difference(kind: Kind, content: bytes) -> Difference:
    prepared = PREPARE[kind](table := read(kind, content))
    faults = sorted((*table.faults, *prepared.faults), key=lambda one: one.line)
    return Difference(prepared.steps, faults)


def _counted(found: Difference) -> PeopleImport:
    acting = [one for one in found.steps if one.does_something]
    new = sum(one.is_new for one in acting)
    return PeopleImport(
        uuid7(),
        "",
        ImportState.CHECKED,
        clock.now(),
        context.actor(),
        new=new,
        changed=len(acting) - new,
        unchanged=len(found.steps) - len(acting),
        refused=len({one.line for one in found.faults}),
    )


def people_import(identity: str) -> PeopleImport:
    access.check_sees_all()
    found = repository.get(identity) if well_formed(identity) else None
    if found is None:
        raise NotFound("There is no such import.", code="import_not_found")
    return found


def import_seen(identity: str) -> ImportSeen:
    made = people_import(identity)
    return ImportSeen(made, jobs.get(made.job) if made.job else None)


def people_imports(
    *, limit: int, start: store.Key | None
) -> tuple[list[PeopleImport], store.Key | None]:
    access.check_sees_all()
    return repository.listed(limit, start)


def import_difference(made: PeopleImport) -> Difference:
    """What the table would do now."""
    content = repository.table(made.id)
    if content is None:
        raise Conflict(GONE, code="table_gone")
    return _difference(Kind(made.kind), content)


def apply_import(identity: str, *, partial: bool = False) -> PeopleImport:
    """Let a worker store it; with bad rows only if the good ones alone are wanted."""
    made = people_import(identity)
    if made.refused and not partial:
        raise Conflict("Some rows have faults: mend them and send the table again.")
    if made.state not in {ImportState.CHECKED, ImportState.STOPPED}:
        raise Conflict(SETTLED, code="import_settled")
    if repository.table(identity) is None:
        raise Conflict(GONE, code="table_gone")
    return _begin(made, ImportState.APPLYING, APPLY, partial=partial)


def stop_import(identity: str) -> PeopleImport:
    """Let the worker end after the rows that it is writing; what is written stays, whole."""
    seen = import_seen(identity)
    if seen.made.state is not ImportState.APPLYING:
        raise Conflict(SETTLED, code="import_settled")
    if seen.job is not None and seen.job.state is jobs.State.FAILED:  # nobody is writing
        return repository.change(seen.made, state=ImportState.STOPPED)
    repository.ask_to_stop(identity)
    return seen.made


def undo_import(identity: str, *, reason: str) -> PeopleImport:
    """Let a worker take back what the import stored, but for what was changed since."""
    made = people_import(identity)
    if fault := rules.reason_fault(reason.strip()):
        raise Invalid("It needs a reason.", errors=(FieldError("reason", fault),))
    if made.state not in {ImportState.APPLIED, ImportState.STOPPED}:
        raise Conflict(SETTLED, code="import_settled")
    if repository.before(identity) is None:
        raise Conflict("What was before is no longer kept: it cannot be undone.", code="table_gone")
    begun = _begin(made, ImportState.UNDOING, UNDO)
    record(Action.PEOPLE_IMPORT_UNDONE, f"import:{identity}", reason=reason.strip())
    return begun


def again(identity: str) -> PeopleImport:
    """Let another worker go on with what failed or fell silent."""
    seen = import_seen(identity)
    tasks = {ImportState.APPLYING: APPLY, ImportState.UNDOING: UNDO}
    if seen.made.state not in tasks or seen.job is None or seen.job.state is not jobs.State.FAILED:
        raise Conflict(SETTLED, code="import_settled")
    return _begin(seen.made, seen.made.state, tasks[seen.made.state], partial=seen.made.partial)


def _begin(
    made: PeopleImport, state: ImportState, task: str, *, partial: bool = False
) -> PeopleImport:
    """Of two who press the button at once one begins it."""
    job = jobs.note(WORK, **{"import": made.id})
    try:
        begun = repository.change(made, state=state, job=job.id, stop=False, partial=partial)
    except store.ConditionFailed:
        raise Conflict(SETTLED, code="import_settled") from None
    queue.enqueue(task, job=job.id)
    return begun
