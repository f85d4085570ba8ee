"""Imports that the office looks over, and the files beside them, which hold people.

The files are a job's: a week later, and when somebody is erased, they are gone.
"""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

from luca.aws import job_files, storage, store
from luca.aws.job_files import File
from tenants import keys
from tenants.domain.imports import ImportState, PeopleImport
from tenants.models import PeopleImportItem

KEPT = timedelta(days=90)
TABLE, BEFORE = "table", "before.json"
COUNTS = ("new", "changed", "unchanged", "refused")


def add(one: PeopleImport, content: bytes) -> None:
    """Keep a table. One that holds somebody who is erased meanwhile is not kept."""
    seen = job_files.barrier()
    job_files.keep(one.id, File(TABLE, "application/octet-stream", content))
    item = _item(one)
    item.ttl = int((one.made_at + KEPT).timestamp())
    work = store.Transaction()
    work.put(item, PeopleImportItem.pk.does_not_exist())
    job_files.join(work, seen)
    store.patiently(work)


def get(identity: str) -> PeopleImport | None:
    found = store.get(PeopleImportItem, *_place(identity), consistent=True)
    return None if found is None else _import(found)


def listed(limit: int, start: store.Key | None) -> tuple[list[PeopleImport], store.Key | None]:
    """A page of them, the newest first; the index is some milliseconds behind."""
    page = store.query(
        PeopleImportItem,
        keys.people_imports(),
        index="GSI1",
        newest_first=True,
        limit=limit,
        start=start,
    )
    return [_import(item) for item in page.items], page.next


def change(before: PeopleImport, **values: Any) -> PeopleImport:
    """Change it if it is still in that state; ConditionFailed otherwise."""
    shown = {name: _spelled(value) for name, value in values.items()}
    actions = [getattr(PeopleImportItem, name).set(value) for name, value in shown.items()]
    item = PeopleImportItem(*_place(before.id))
    store.update(item, actions, PeopleImportItem.state == before.state.value)
    return replace(before, **values)


def ask_to_stop(identity: str) -> None:
    item = PeopleImportItem(*_place(identity))
    store.update(item, [PeopleImportItem.stop.set(True)], PeopleImportItem.pk.exists())


def table(identity: str) -> bytes | None:
    return storage.read(job_files.path(identity, TABLE))


def before(identity: str) -> dict[str, Any] | None:
    """What rows were before they were written, by id; None if nothing was."""
    found = storage.read(job_files.path(identity, BEFORE))
    return None if found is None else json.loads(found)


def keep_before(identity: str, rows: dict[str, Any], barrier: str) -> None:
    """Write it down before the rows are written; ConditionFailed if files were thrown away."""
    content = json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()
    job_files.keep(identity, File(BEFORE, "application/json", content))
    work = store.Transaction()
    work.update(
        PeopleImportItem(*_place(identity)),
        [PeopleImportItem.state.set(ImportState.APPLYING.value)],
        PeopleImportItem.pk.exists(),
    )
    job_files.join(work, barrier)
    try:
        store.patiently(work)
    except store.ConditionFailed:
        storage.delete(job_files.path(identity, BEFORE))
        raise


def _place(identity: str) -> tuple[str, str]:
    return keys.people_import(identity), keys.ONLY


def _item(one: PeopleImport) -> PeopleImportItem:
    return PeopleImportItem(
        *_place(one.id),
        id=one.id,
        table=one.kind,
        state=one.state.value,
        made_at=one.made_at,
        made_by=one.made_by,
        gsi1pk=keys.people_imports(),
        gsi1sk=one.id,
        **{name: getattr(one, name) for name in COUNTS},
    )


def _spelled(value: Any) -> Any:
    if isinstance(value, ImportState):
        return value.value
    return json.dumps(value) if isinstance(value, dict) else value


def _import(item: PeopleImportItem) -> PeopleImport:
    return PeopleImport(
        item.id,
        item.table,
        ImportState(item.state),
        item.made_at,
        item.made_by,
        job=item.job or "",
        stop=bool(item.stop),
        partial=bool(item.partial),
        left=json.loads(item.left or "{}"),
        **{name: getattr(item, name) for name in COUNTS},
    )
