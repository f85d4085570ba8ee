"""The evidence of a run as one archive: the same run gives the same bytes.

It is written a batch at a time, so that a run of any size needs the memory of one.
"""

import hashlib
import json
import os
import tempfile
import time
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from govsync.domain import Run, RunStatus
from govsync.repository import batches, whole
from govsync.rules import evidence as rules
from govsync.rules.evidence import archive
from govsync.services import running
from govsync.services.evidence import PAYLOAD
from govsync.services.numbers import Numbers
from luca.aws import jobs, storage
from luca.kernel import clock, context
from luca.kernel.errors import Conflict
from luca.telemetry import log

WORK, TASK = "govsync_evidence", "govsync.evidence"
Tell = Callable[[int, int], object]
OWNER_ONLY = 0o600
BEGAN = (1980, 1, 1, 0, 0, 0)  # the ZIP's own times say nothing: the same run, the same bytes
LEVEL = 6
BEGUN = "luca-evidence-"  # what the files of archives are called that are being made
LEFT = 3600  # seconds in which nobody writes: then nobody will
OF_RUN = {
    "sync_run": archive.RUN,
    "sync_balance": archive.BALANCE,
    "sync_snapshot": archive.SNAPSHOT,
}
logger = log(__name__)


@dataclass(frozen=True, slots=True)
class Made:
    """An archive that was written."""

    root: str
    files: int
    size: int  # of the ZIP, in bytes


@dataclass(slots=True)
class _Archive:
    """A ZIP that is being written, and the hashes of what is in it."""

    packed: zipfile.ZipFile
    hashes: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, content: bytes) -> None:
        entry = zipfile.ZipInfo(name, BEGAN)
        entry.create_system = 3  # whoever writes it
        entry.external_attr = OWNER_ONLY << 16
        entry.compress_type = zipfile.ZIP_DEFLATED
        self.packed.writestr(entry, content, compresslevel=LEVEL)
        self.hashes[name] = rules.digest(content)


@dataclass(slots=True)
class _Counts:
    batches: int = 0
    records: int = 0
    calls: int = 0
    erased: int = 0
    steps: int = 0
    acts: int = 0
    software: set[str] = field(default_factory=set)


def begin_evidence(identity: str) -> jobs.Job:
    """Have the archive of a run packed by a worker, for who asks."""
    return jobs.start(WORK, TASK, run=_ended(identity).id)


def evidence_for_job(asked: Mapping[str, str], tell: Tell) -> jobs.Result:
    """The work itself: the archive is made on disk and goes to the school's files."""
    _forget_left()
    descriptor, name = tempfile.mkstemp(suffix=".zip", prefix=BEGUN)
    path = Path(name)
    try:
        with os.fdopen(descriptor, "w+b") as out:
            made = pack(asked["run"], out, tell)
    except BaseException:
        path.unlink()
        raise
    file = jobs.File(f"evidence-{asked['run']}.zip", "application/zip", path=path)
    return jobs.Result({"root": made.root, "files": made.files, "bytes": made.size}, file)


def _forget_left() -> None:
    """Delete what a worker that was killed over its archive has left: it names children."""
    for one in Path(tempfile.gettempdir()).glob(f"{BEGUN}*.zip"):
        with suppress(OSError):  # another worker's, or gone already
            if time.time() - one.stat().st_mtime > LEFT:
                one.unlink()


def estimate(identity: str) -> tuple[int, int]:
    """How many files of how many bytes the evidence of a run is kept in."""
    found = _ended(identity)
    sizes = storage.sizes(f"govsync/{found.id}/")
    return len(sizes), sum(sizes.values())


def pack(identity: str, out: IO[bytes], tell: Tell = lambda *_: None) -> Made:
    """Write the archive of a run that has ended, and remember its root hash.

    `out` is a file that can be read as well: its end is the hash of all before it.
    """
    run = _ended(identity)
    with zipfile.ZipFile(out, "w") as packed:
        packed.comment = archive.SEAL + b"0" * archive.DIGITS
        made = _Archive(packed)
        _fill(made, run, tell)
        content = archive.sums(made.hashes)
        made.add(archive.SUMS, content)
    if running.run(identity).version != run.version:
        raise Conflict("The run has moved on meanwhile; repeat this.", code="run_under_way")
    size = _seal(out)
    result = Made(rules.digest(content), len(made.hashes), size)
    whole.note_archive(run.id, result.root, result.files)
    logger.info("evidence_made", run=run.id, count=result.files)
    return result


def _ended(identity: str) -> Run:
    found = running.run(identity)
    if found.status is RunStatus.RUNNING:
        raise Conflict("The run is still under way.", code="run_under_way")
    return found


def _fill(made: _Archive, run: Run, tell: Tell) -> None:
    counts = _Counts()
    made.add(archive.README, archive.WORDS.encode())
    _add_run(made, run, counts)
    numbers = _numbers(run)
    kept = _by_batch(run, made)
    for n, number in enumerate(numbers):
        tell(n, len(numbers))
        _add_batch(made, run, number, kept[number], counts)
    tell(len(numbers), len(numbers))
    made.add(archive.MANIFEST, archive.pretty(_manifest(run, counts)))


def _add_run(made: _Archive, run: Run, counts: _Counts) -> None:
    steps: list[whole.Item] = []
    other: list[whole.Item] = []
    for item in whole.of_run(run.id):
        kind = item["kind"]
        if kind in OF_RUN:
            made.add(OF_RUN[kind], archive.pretty(item))
        elif kind == "sync_machine":
            text = item["text"].encode()
            made.add(f"{archive.MACHINES}{rules.digest(text)[:32]}.asl.json", text)
        elif kind == "sync_step":
            steps.append(item)
        elif kind != "sync_evidence":
            other.append(item)
    acts = list(whole.acts(run.id, run.started, run.finished or run.updated or run.started))
    counts.steps, counts.acts = len(steps), len(acts)
    made.add(archive.STEPS, archive.rows(steps))
    made.add(archive.ACTS, archive.rows(acts))
    made.add(archive.BOOK, archive.rows(whole.of_book(run.id)))
    made.add(archive.OTHER, archive.rows(other))


def _numbers(run: Run) -> list[str]:
    """All batches: those of the book, and drafts that a run that failed has left."""
    known = [line.number for line in batches.book(run.id)]
    drafts = [one for one in Numbers(known).upcoming() if batches.get(run.id, one) is not None]
    return [*known, *drafts]


def _by_batch(run: Run, made: _Archive) -> dict[str, list[str]]:
    """The names of the files of each batch; other files of the run are added as they are."""
    beginning = f"govsync/{run.id}/"
    evidence = f"{beginning}evidence/"
    found: dict[str, list[str]] = defaultdict(list)
    for name in sorted(storage.names(beginning)):
        if name.startswith(evidence):
            found[name.removeprefix(evidence).partition("/")[0]].append(name)
        else:
            made.add(archive.FILES + name.removeprefix(beginning), _content(name))
    return found


def _add_batch(
    made: _Archive, run: Run, number: str, names: Iterable[str], counts: _Counts
) -> None:
    folder = archive.folder(number)
    items = whole.of_batch(run.id, number)
    records = [_without_payload(one) for one in items if one["kind"] == "sync_record"]
    for item in items:
        if item["kind"] == "sync_batch":
            made.add(folder + archive.BATCH, archive.pretty(item))
    made.add(folder + archive.RECORDS, archive.rows(records))
    counts.batches += 1
    counts.records += len(records)
    counts.erased += sum(one["erased"] for one in records)
    for name in names:
        content, short = _content(name), name.rpartition("/")[2]
        if short == PAYLOAD:
            made.add(folder + archive.PAYLOAD, content)
        else:
            made.add(folder + archive.CALLS + short, content)
            counts.calls += 1
            counts.software.add(str(json.loads(content)["facts"]["software"]))


def _without_payload(record: whole.Item) -> whole.Item:
    """What was sent is in the payload; here is what became of it."""
    left = {name: value for name, value in record.items() if name != "payload"}
    return {**left, "erased": bool(record.get("revision")) and not record.get("payload")}


def _manifest(run: Run, counts: _Counts) -> dict[str, Any]:
    return {
        "format": archive.FORMAT,
        "school": context.school(),
        "run": run.id,
        "period": run.period,
        "status": run.status.value,
        "started_by": run.started_by,
        "started": clock.stamp(run.started),
        "finished": None if run.finished is None else clock.stamp(run.finished),
        "executions": run.executions,
        "machine": run.machine,
        "time_scale": run.time_scale,
        "software": sorted(counts.software),
        "counts": {
            "batches": counts.batches,
            "records": counts.records,
            "calls": counts.calls,
            "erased": counts.erased,
            "steps": counts.steps,
            "acts": counts.acts,
        },
    }


def _content(name: str) -> bytes:
    found = storage.read(name)
    if found is None:
        raise Conflict("A file went while it was read; repeat this.", code="changed_meanwhile")
    return found


def _seal(out: IO[bytes]) -> int:
    """Put the hash of all that is before it at the file's end; return the file's size."""
    size = out.seek(0, 2)
    before = hashlib.sha256()
    out.seek(0)
    for part in _parts(out, size - archive.DIGITS):
        before.update(part)
    out.write(before.hexdigest().encode())
    out.flush()
    return size


def _parts(file: IO[bytes], left: int) -> Iterator[bytes]:
    while left and (part := file.read(min(left, storage.PART))):
        left -= len(part)
        yield part
