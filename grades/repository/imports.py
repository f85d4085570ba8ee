"""Gradebooks that came back as tables: written once, never changed, gone after 90 days."""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from grades import keys
from grades.domain import CellKind, GradebookImport, ImportedCell, Said, Status
from grades.models import GradeImportItem, GradeImportRowItem
from luca.aws import store
from luca.kernel.ids import AssessmentId, GroupId, PeriodId, PersonId, StudentId, SubjectId
from luca.kernel.tables import Text
from tenants.domain import Course

KEPT = timedelta(days=90)


def add(one: GradebookImport) -> None:
    """Store it: the rows first, so that an import that can be found is whole."""
    rows: dict[str, list[ImportedCell]] = defaultdict(list)
    for cell in one.cells:
        rows[cell.student or ""].append(cell)
    faults, until = rows.pop("", []), int((one.made_at + KEPT).timestamp())
    place = keys.grade_import_row(one.id)
    store.batch_put(
        GradeImportRowItem(keys.student(who), place, student=who, cells=_text(cells), ttl=until)
        for who, cells in rows.items()
    )
    head = GradeImportItem(
        keys.grade_import(one.id),
        keys.ONLY,
        id=one.id,
        subject=one.course.subject,
        period=one.course.period,
        group=one.group,
        made_at=one.made_at,
        made_by=one.made_by,
        students=json.dumps(list(rows)),
        faults=_text(faults),
        ttl=until,
    )
    store.put(head, GradeImportItem.pk.does_not_exist())


def get(identity: str) -> GradebookImport | None:
    head = store.get(GradeImportItem, keys.grade_import(identity), keys.ONLY, consistent=True)
    if head is None:
        return None
    place = keys.grade_import_row(identity)
    wanted = [(keys.student(who), place) for who in json.loads(head.students)]
    cells = _cells(head.faults, None)
    for row in store.batch_get(GradeImportRowItem, wanted, consistent=True):
        cells += _cells(row.cells, StudentId(row.student))
    return GradebookImport(
        id=head.id,
        course=Course(SubjectId(head.subject), PeriodId(head.period)),
        group=GroupId(head.group),
        made_at=head.made_at,
        made_by=None if head.made_by is None else PersonId(head.made_by),
        cells=tuple(sorted(cells, key=lambda one: one.line)),
    )


def _text(cells: Iterable[ImportedCell]) -> str:
    return json.dumps([_written(one) for one in cells], separators=(",", ":"), ensure_ascii=False)


def _written(one: ImportedCell) -> dict[str, Any]:
    full = {
        "line": one.line,
        "column": one.column,
        "kind": one.kind,
        "assessment": one.assessment,
        "was": _said(one.was),
        "version": one.version or None,
        "says": _said(one.says),
        "cause": one.cause,
    }
    return {name: value for name, value in full.items() if value is not None}


def _said(one: Said | None) -> list[str | None] | None:
    if one is None:
        return None
    return [one.status, None if one.score is None else str(one.score)]


def _cells(text: str, student: StudentId | None) -> list[ImportedCell]:
    return [
        ImportedCell(
            line=one["line"],
            column=one["column"],
            kind=CellKind(one["kind"]),
            student=student,
            assessment=AssessmentId(one["assessment"]) if "assessment" in one else None,
            was=_read(one.get("was")),
            version=one.get("version", 0),
            says=_read(one.get("says")),
            cause=Text(*one["cause"]) if "cause" in one else None,
        )
        for one in json.loads(text)
    ]


def _read(given: list[str | None] | None) -> Said | None:
    if given is None:
        return None
    status, score = given
    return Said(Status(str(status)), None if score is None else Decimal(score))
