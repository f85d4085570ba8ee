"""Writes all that is held about one person into files that programs and people can read."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zipfile
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from lake import services as lake
from luca.aws import audit
from luca.aws.audit import Action
from luca.kernel import clock, context
from luca.kernel.errors import Conflict
from luca.privacy import gathering, wording

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from luca.aws.store.raw import Raw
    from luca.privacy.gathering import Found, Tick

FORMAT = "luca-person-export/1"
OWNER_ONLY, OWNER_ENTERS = 0o600, 0o700
JSON_TEXTS = frozenset(
    {"trace", "cells", "history", "metadata", "details", "counts", "content", "image"}
)


def export(person: str, out: Path, tick: Tick = str) -> dict[str, int]:
    """Write the export to a folder, or a ZIP if the name says so; return items by section.

    Nothing that is there is overwritten, and nothing appears under the name before it is whole.
    """
    if out.exists():
        raise Conflict(f"{out} is there already; choose another name.", code="out_exists")
    found = gathering.everything(person, tick)
    tick("lake")
    sections = _sections(found) | _lake(person)
    tick("files")
    files = {f"{name}.json": _json(rows) for name, rows in sections.items()}
    files["manifest.json"] = _json(_manifest(person, sections, files))
    files["README.md"] = wording.readme(context.school(), person, sections).encode()
    # First the record of the act, then the files: nobody takes them along unnoticed.
    audit.record(Action.PERSON_EXPORTED, f"person:{person}")
    _write(files, out)
    return {name: len(rows) for name, rows in sections.items()}


def _sections(found: Found) -> dict[str, list[Any]]:
    sections: dict[str, list[Any]] = defaultdict(list)
    for item in found.items:
        sections[gathering.kind_of(item).section or "other"].append(_readable(item, found.person))
    sections["login"] = list(found.logins)
    sections["files"] = [{"name": name} for name in (*found.files, *found.evidence)]
    return {name: rows for name, rows in sorted(sections.items()) if rows}


def _lake(person: str) -> dict[str, list[Any]]:
    """Rows of the lake's files, each with the folder it lies in."""
    rows = [
        {"folder": folder, **{name: _opened(name, value) for name, value in row.items()}}
        for folder, found in lake.held_of(person)
        for row in found
    ]
    return {"lake": rows} if rows else {}


def _readable(item: Raw, person: str) -> Raw:
    """An item with the JSON texts inside it opened; of a list of people only this one."""
    shown = {name: _opened(name, value) for name, value in item.items()}
    listed = gathering.LISTS.get(item.get("kind", ""))
    return {**shown, listed: [person]} if listed else shown


def _opened(name: str, value: Any) -> Any:
    if name not in JSON_TEXTS or not isinstance(value, str):
        return value
    try:
        return json.loads(value, object_hook=_without_curve)
    except ValueError:
        return value


def _without_curve(one: dict[str, Any]) -> dict[str, Any]:
    """A curve holds sums of the whole class: in a class of two, the other's result."""
    curve = one.get("curve")
    return {**one, "curve": {"version": curve.get("version")}} if isinstance(curve, dict) else one


def _manifest(
    person: str, sections: Mapping[str, list[Any]], files: Mapping[str, bytes]
) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "school": context.school(),
        "person": person,
        "made_at": clock.stamp(clock.now()),
        "files": [
            {
                "name": f"{name}.json",
                "rows": len(rows),
                "sha256": hashlib.sha256(files[f"{name}.json"]).hexdigest(),
                **wording.SECTIONS.get(name, wording.SECTIONS["other"]),
            }
            for name, rows in sections.items()
        ],
        "not_included": wording.NOT_INCLUDED,
    }


def _json(content: Any) -> bytes:
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, default=str)
    return text.encode() + b"\n"


def _write(files: Mapping[str, bytes], out: Path) -> None:
    aside = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        if out.suffix == ".zip":
            _write_zip(files, aside)
        else:
            aside.mkdir(mode=OWNER_ENTERS)
            for name, content in files.items():
                write_private(aside / name, content)
        _publish(aside, out)
    finally:
        if aside.is_dir():
            shutil.rmtree(aside)
        else:
            aside.unlink(missing_ok=True)


def _publish(aside: Path, out: Path) -> None:
    """Give it its name, unless that was taken meanwhile."""
    if aside.is_dir():
        if out.exists():
            raise Conflict(f"{out} is there already; choose another name.", code="out_exists")
        aside.rename(out)
    else:
        try:
            os.link(aside, out)  # a rename would replace what is there
        except FileExistsError:
            message = f"{out} is there already; choose another name."
            raise Conflict(message, code="out_exists") from None


def _write_zip(files: Mapping[str, bytes], aside: Path) -> None:
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with (
        os.fdopen(descriptor, "wb") as stream,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, clock.now().timetuple()[:6])
            entry.external_attr = OWNER_ONLY << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, content)


def write_private(file: Path, content: bytes) -> None:
    """Write a new file that only its owner can read."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
