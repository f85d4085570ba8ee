"""The worker's part of an import: writes the rows, and before that what they were.

Killed anywhere it is repeated: what is written already is found unchanged, and what was
noted of it before stays noted.
"""

from collections.abc import Callable
from typing import Any

from luca.aws import audit, job_files, store
from luca.aws.audit import Action
from luca.kernel.errors import Conflict, LucaError
from tenants.domain.imports import ImportState, PeopleImport, Step
from tenants.repository import imports as repository
from tenants.repository import saving
from tenants.rules.sheets import Kind
from tenants.services.imports import ATTEMPTS, PREPARE
from tenants.services.imports.desk import GONE, people_import, read

Tell = Callable[[int, int], None]
Rows = dict[str, Any]


class _Stopped(Exception):
    """Somebody wants no more rows to be written."""


def apply_now(identity: str, tell: Tell) -> dict[str, int]:
    """Store what the table says; return how many rows were written."""
    made = people_import(identity)
    if made.state is not ImportState.APPLYING:
        return {}
    try:
        state, written = _apply(made, tell)
    except LucaError:
        began = repository.before(identity) is not None
        repository.change(made, state=ImportState.STOPPED if began else ImportState.CHECKED)
        raise
    repository.change(made, state=state)
    return {"written": written}


def _apply(made: PeopleImport, tell: Tell) -> tuple[ImportState, int]:
    content = repository.table(made.id)
    if content is None:
        raise Conflict(GONE, code="table_gone")
    writing = _Writing(made, tell)
    for _ in range(ATTEMPTS):
        barrier = job_files.barrier()
        prepared = PREPARE[Kind(made.kind)](table := read(Kind(made.kind), content))
        if (table.faults or prepared.faults) and not made.partial:
            raise Conflict("Some rows have faults now: look at the table again.", code="bad_rows")
        try:
            writing.begin(prepared.steps, barrier)
            prepared.write(writing.tick)
        except _Stopped:
            return ImportState.STOPPED, writing.done
        except (saving.Outdated, saving.Claimed):
            continue  # somebody else saved one of them meanwhile: look at all of it again
        return ImportState.APPLIED, writing.done
    raise Conflict("Somebody keeps changing the same people.", code="changed_meanwhile")


class _Writing:
    """Tells how far the rows are, and looks whether somebody wants them to stop."""

    def __init__(self, made: PeopleImport, tell: Tell) -> None:
        self.made, self.tell = made, tell
        self.done = self.total = 0

    def begin(self, steps: list[Step], barrier: str) -> None:
        """Note what the rows are before one is written."""
        acting = [one for one in steps if one.does_something]
        known = repository.before(self.made.id)
        try:
            repository.keep_before(self.made.id, _merged(known or {}, acting), barrier)
        except store.ConditionFailed:
            raise Conflict(GONE, code="table_gone") from None
        if known is None:
            self._note(acting)
        self.total = self.done + len(acting)
        self._look()

    def tick(self, rows: int) -> None:
        self.done += rows
        self._look()

    def _look(self) -> None:
        self.tell(self.done, self.total)
        if people_import(self.made.id).stop:
            raise _Stopped

    def _note(self, acting: list[Step]) -> None:
        new = sum(one.is_new for one in acting)
        counts = {"new": new, "changed": len(acting) - new, "refused": self.made.refused}
        details = {name: str(count) for name, count in counts.items()}
        about = f"import:{self.made.id}"
        audit.record(Action.PEOPLE_IMPORTED, about, table=self.made.kind, **details)


def _merged(known: Rows, acting: list[Step]) -> Rows:
    """What a row was at first; of one that is written already only its links may be missing."""
    rows = dict(known)
    for one in acting:
        had = rows.get(one.id)
        links = [list(link) for link in one.links]
        if had is None:
            before = None if one.before is None else dict(one.before)
            rows[one.id] = {"before": before, "after": dict(one.after), "links": links}
            continue
        rows[one.id] = {
            **had,
            "links": [*had["links"], *(x for x in links if x not in had["links"])],
        }
        if one.changes and not one.is_new:
            rows[one.id] |= {"before": dict(one.before or {}), "after": dict(one.after)}
    return rows
