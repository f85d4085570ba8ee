"""A small run with failures and rejections, and its evidence."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from govsync import services
from govsync.domain import Run
from govsync.rules.evidence import archive
from govsync.services.archiving import Made
from govsync.tests.cast import AUTUMN, school_year, work
from govsync.tests.outside import Outside

Files = dict[str, bytes]
MADE: dict[str, bytes] = {}  # made once in a process: a run takes seconds


def small_run(school: str, authority: Outside) -> Run:
    """Twelve grades, of which three are bad, and two that our own checks refuse."""
    school_year(school, 12, ungraded=2)
    bad = {"call": 1, "school_id": school, "do": "reject", "records": 3}
    authority.chaos(script=[bad])
    found = services.start(AUTUMN)
    work(found.id)
    return services.run(found.id)


def packed(run: str) -> tuple[Made, bytes]:
    out = io.BytesIO()
    made = services.pack(run, out)
    return made, out.getvalue()


def unpacked(content: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(content)) as found:
        return {name: found.read(name) for name in found.namelist()}


def repacked(files: Files, *, sums: bool) -> bytes:
    """An archive of changed files, sealed anew; with `sums` their hashes are made anew too."""
    files = dict(files)
    if sums:
        rest = {name: content for name, content in files.items() if name != archive.SUMS}
        hashes = {name: hashlib.sha256(content).hexdigest() for name, content in rest.items()}
        files[archive.SUMS] = archive.sums(hashes)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.comment = archive.SEAL + b"0" * archive.DIGITS
        for name, content in files.items():
            made.writestr(zipfile.ZipInfo(name), content)
    whole = out.getvalue()[: -archive.DIGITS]
    return whole + hashlib.sha256(whole).hexdigest().encode()


def edited(files: Files, name: str, edit: Callable[[Any], Any]) -> Files:
    """The files with the JSON of one of them changed; of JSON lines, all rows at once."""
    text = files[name].decode()
    if name.endswith(".jsonl"):
        rows = edit([json.loads(line) for line in text.splitlines()])
        return {**files, name: archive.rows(rows)}
    return {**files, name: archive.pretty(edit(json.loads(text)))}


def findings(content: bytes, folder: Path, root: str = "") -> list[str]:
    file = folder / "tried.zip"
    file.write_bytes(content)
    return [str(one) for one in services.verify(file, root).findings]
