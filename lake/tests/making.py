"""Files of a lake as a writer would leave them, and what is in them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from lake.definition import datasets
from lake.repository import parquet, partitions
from luca.aws import lake
from luca.kernel import context

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lake.domain import Value

OCTOBER = "events/year=2026/month=10/school_id=north/"
GRADES = "grades/year=2026/school_id=north/"
Line = dict[str, "Value"]


def october() -> str:
    """The month of the context's school."""
    return OCTOBER.replace("north", context.school())


def grades() -> str:
    return GRADES.replace("north", context.school())


def event(number: int, student: str = "ana", **more: Value) -> Line:
    """One event of a student, as the stream tells of it."""
    told: Line = {
        "pk": f"TENANT#{context.school()}#STUDENT#{student}",
        "sk": f"EVENT#2026-10-01T08:00:00.000Z#{number:06}",
        "kind": "event",
        "change": "put",
        "written_at": "2026-10-01T08:00:01Z",
        "sequence": str(number).zfill(40),
        "item_version": f"d{number}",
        "type": "login",
        "quantity": number,
    }
    return _whole("events", told | more)


def grade(number: int, student: str = "ana", **more: Value) -> Line:
    """One change of a student's grade."""
    told: Line = {
        "pk": f"TENANT#{context.school()}#STUDENT#{student}",
        "sk": "GRADE#maths#2026-1",
        "kind": "grade",
        "change": "put",
        "written_at": "2026-10-01T08:00:01Z",
        "sequence": str(number).zfill(40),
        "item_version": str(number),
        "period": "2026-1",
        "image": f'{{"version":{{"N":"{number}"}}}}',
    }
    return _whole("grades", told | more)


def filled(row: Line) -> Line:
    """The same, as filling a gap from the table tells it."""
    return row | {"sequence": ""}


def write(folder: str, name: str, rows: Iterable[Line]) -> None:
    dataset = datasets()[folder.partition("/")[0]]
    lake.write(f"{folder}{name}.parquet", parquet.encode(dataset, rows))


def counted(folder: str) -> list[Line]:
    """Every row of the files that count, as often as it is in them."""
    dataset = datasets()[folder.partition("/")[0]]
    rows = []
    for name in partitions.live(folder):
        rows += parquet.decode(dataset, lake.read(name) or b"")
    return sorted(rows, key=lambda one: (one["pk"], one["sk"], one["sequence"], str(one)))


def path(name: str) -> Path:
    return Path(settings.LAKE_FOLDER, name)


def _whole(dataset: str, told: Line) -> Line:
    return {one.name: told.get(one.name) for one in datasets()[dataset].columns}
