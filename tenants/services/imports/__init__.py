"""Tables of schools, imported: all rows are checked before one is written.

A row is written whole or not at all, and what is there already is left alone. So an
import that was killed is finished by repeating it, and repeating one that was not
changes nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from luca.aws import audit
from luca.aws.audit import Action
from luca.kernel import tables
from luca.kernel.errors import Conflict
from luca.kernel.tables import Fault, Table
from tenants.repository import saving
from tenants.rules.sheets import COLUMNS, Kind
from tenants.services.imports import enrolments, groups, people
from tenants.services.imports.prepared import Prepared

__all__ = ["ATTEMPTS", "INTERACTIVE", "Kind", "Report", "import_table"]
INTERACTIVE = 500  # rows that are checked and written while somebody waits
ATTEMPTS = 5  # before it is said that others change the same people all the time
PREPARE: Mapping[Kind, Callable[[Table], Prepared]] = {
    Kind.STUDENTS: people.students,
    Kind.TEACHERS: people.teachers,
    Kind.GUARDIANS: people.guardians,
    Kind.GROUPS: groups.groups,
    Kind.ENROLMENTS: enrolments.enrolments,
}


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did, or would do. `refused` counts rows, `faults` names each cause."""

    kind: Kind
    new: int
    changed: int
    unchanged: int
    refused: int
    faults: tuple[Fault, ...]
    written: bool = False


def import_table(
    kind: Kind,
    content: bytes,
    *,
    dry_run: bool = False,
    partial: bool = False,
    most_rows: int = tables.MOST_ROWS,
    tick: Callable[[int], object] = int,
) -> Report:
    """Import a table. With a faulty row nothing is written, unless it is partial.

    Empty cells and columns that are not there leave what is stored as it is.
    """
    table = tables.read(content, COLUMNS[kind], most_rows=most_rows)
    noted = False
    for _ in range(ATTEMPTS):
        prepared = PREPARE[kind](table)
        report = _report(kind, table, prepared)
        faulty = bool(report.faults) and not partial
        if noted and faulty:
            break  # only since others wrote: to say that nothing was stored would not be true
        if dry_run or not table.rows or faulty:
            return report
        tick(prepared.unchanged)
        if not noted:  # before the first row: what is written by halves has an entry too
            _note(report)
            noted = True
        try:
            prepared.write(tick)
        except (saving.Outdated, saving.Claimed):
            continue  # somebody else saved one of them meanwhile: look at all of it again
        return _report(kind, table, prepared, written=True)
    raise Conflict(
        "Somebody changes the same people: some rows may be stored. Send it again.",
        code="changed_meanwhile",
    )


def _note(report: Report) -> None:
    counts = {"new": report.new, "changed": report.changed, "refused": report.refused}
    details = {name: str(count) for name, count in counts.items()}
    audit.record(Action.PEOPLE_IMPORTED, f"import:{report.kind.value}", **details)


def _report(kind: Kind, table: Table, prepared: Prepared, *, written: bool = False) -> Report:
    faults = sorted((*table.faults, *prepared.faults), key=lambda fault: fault.line)
    return Report(
        kind,
        prepared.new,
        prepared.changed,
        prepared.unchanged,
        len({fault.line for fault in faults}),
        tuple(faults),
        written,
    )
