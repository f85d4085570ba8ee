"""Whether an archive is what was made of a run, and whether what it says holds together.

Pure, and at the mercy of nothing: whatever a file holds, a check ends with what it found.
Hashes find whoever changed a file; the chain, the keys, the read-back and the balance find
whoever changed a file and its hashes too. Who made everything anew is found by the root hash,
which the school's audit log has.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from govsync.rules.balance import ENDS
from govsync.rules.evidence import archive
from govsync.rules.evidence.batches import check_batch
from govsync.rules.evidence.calls import digest
from govsync.rules.evidence.findings import Finding, changed, note

LEDGER = 32  # digits of a definition's hash that the ledger keeps


class Archive(Protocol):
    """The files of an archive, by their names."""

    @property
    def names(self) -> list[str]: ...

    def read(self, name: str) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of checking an archive."""

    root: str
    findings: tuple[Finding, ...]
    notes: tuple[Finding, ...]
    manifest: dict[str, Any]


class _Books:
    """What is read of each file, and counted over all of them."""

    def __init__(self, files: Archive) -> None:
        self.files = files
        self.names = set(files.names)
        self.hashes: dict[str, str] = {}
        self.states: Counter[str] = Counter()
        self.seen: Counter[str] = Counter()
        self.software: set[str] = set()

    def read(self, name: str) -> bytes:
        content = self.files.read(name)
        self.hashes[name] = digest(content)
        return content

    def json(self, name: str) -> Any:
        return json.loads(self.read(name))

    def rows(self, name: str) -> list[Any]:
        return [json.loads(line) for line in self.read(name).splitlines()]

    def below(self, folder: str) -> list[str]:
        return sorted(one for one in self.names if one.startswith(folder))


def check(files: Archive, root: str = "") -> Checked:
    """Check everything that can be checked without Luca."""
    books = _Books(files)
    found: list[Finding] = []
    for name, part in PARTS:
        found += _tried(part, books, name)
    for name in sorted(books.names - books.hashes.keys()):
        found += _tried(partial(_only_read, name), books, name)
    found += _tried(_check_sums, books, archive.SUMS)
    its_root = books.hashes.get(archive.SUMS, "")
    if root and root != its_root:
        found.append(changed(archive.SUMS, f"the root hash is {its_root or 'unknown'}, not {root}"))
    manifest = _manifest(books)
    return Checked(
        its_root,
        tuple(one for one in found if not one.harmless),
        tuple(one for one in found if one.harmless),
        manifest,
    )


def _tried(
    part: Callable[[_Books], Iterable[Finding]], books: _Books, name: str
) -> Iterator[Finding]:
    """What a check finds; a file that makes it stumble is a finding too."""
    try:
        yield from part(books)
    except Exception as error:  # noqa: BLE001 -- whatever it holds, it must be named and go on
        yield changed(name, f"cannot be read ({type(error).__name__})")


def _only_read(name: str, books: _Books) -> Iterator[Finding]:
    books.read(name)
    yield from ()


def _check_doubles(books: _Books) -> Iterator[Finding]:
    for name, times in Counter(books.files.names).items():
        if times > 1:
            yield changed(name, f"is there {times} times")


def _check_sums(books: _Books) -> Iterator[Finding]:
    if archive.SUMS not in books.names:
        yield changed(archive.SUMS, "is missing")
        return
    lines = books.read(archive.SUMS).decode().splitlines()
    told = {name: hashed for hashed, _, name in (line.partition("  ") for line in lines)}
    for name in sorted(told.keys() - books.names):
        yield changed(name, "is missing")
    for name in sorted(books.names - told.keys() - {archive.SUMS}):
        yield changed(name, "was added: SHA256SUMS does not know it")
    for name in sorted(told.keys() & books.hashes.keys()):
        if told[name] != books.hashes[name]:
            yield changed(name, "differs from its hash in SHA256SUMS")
    if books.hashes[archive.SUMS] != digest(archive.sums(told)):
        yield changed(archive.SUMS, "is not in its one form")


def _check_run(books: _Books) -> Iterator[Finding]:
    run, manifest = books.json(archive.RUN), _manifest(books)
    for name in ("run", "period", "status", "machine", "executions"):
        if str(manifest.get(name)) != str(run.get(name)):
            yield changed(archive.MANIFEST, f"{name} is not that of run.json")
    known = set()
    for name in books.below(archive.MACHINES):
        known.add(digest(books.read(name))[:LEDGER])
        if not name.removeprefix(archive.MACHINES).startswith(digest(books.read(name))[:LEDGER]):
            yield changed(name, "is not the definition of this hash")
    if run["machine"] not in known:
        yield changed(archive.RUN, "the definition of its machine is missing")
    versions = [one["version"] for one in books.rows(archive.STEPS)]
    if versions != sorted(set(versions)):
        yield changed(archive.STEPS, "the steps are not in their order")
    books.seen["steps"] = len(versions)
    books.seen["acts"] = len(books.rows(archive.ACTS))


def _check_batches(books: _Books) -> Iterator[Finding]:
    manifest = _manifest(books)
    context = {"school": manifest.get("school"), "run": manifest.get("run")}
    held = _read_back(books, int(manifest.get("executions", 0)))
    numbers = {one.split("/")[1] for one in books.below(archive.BATCHES)}
    listed = {str(one["batch"]) for one in books.rows(archive.BOOK)}
    for number in sorted(listed - numbers):
        yield changed(archive.folder(number), "is missing")
    for number in sorted(numbers):
        books.seen["batches"] += 1
        yield from _tried(
            partial(_check_one, number, context, held),
            books,
            archive.folder(number),
        )


def _check_one(
    number: str, context: dict[str, Any], held: set[str] | None, books: _Books
) -> Iterator[Finding]:
    folder = archive.folder(number)
    batch, records = books.json(folder + archive.BATCH), books.rows(folder + archive.RECORDS)
    payload = (
        books.read(folder + archive.PAYLOAD) if folder + archive.PAYLOAD in books.names else None
    )
    calls = {}
    for name in books.below(folder + archive.CALLS):
        calls[name] = books.json(name)
        books.software.add(str(calls[name]["facts"]["software"]))
    books.seen["calls"] += len(calls)
    books.seen["records"] += len(records)
    books.seen["erased"] += sum(bool(one["erased"]) for one in records)
    books.states.update(one["state"] for one in records if not one.get("moved_to"))
    yield from check_batch(folder, {**context, "batch": number}, batch, records, payload, calls)
    for record in records:
        if held is not None and record["state"] == "VERIFIED" and record["revision"] not in held:
            yield changed(folder + archive.RECORDS, f"{record['record']} was not read back")


def _read_back(books: _Books, execution: int) -> set[str] | None:
    """Every revision that the last execution read back; None if it did not come to that."""
    pages = books.below(f"{archive.FILES}read-back/{execution}-")
    if not pages:
        return None
    return {text for page in pages for text in _texts(books.json(page))}


def _texts(content: Any) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict):
        for one in content.values():
            yield from _texts(one)
    elif isinstance(content, list):
        for one in content:
            yield from _texts(one)


def _check_counts(books: _Books) -> Iterator[Finding]:
    manifest = _manifest(books)
    for name, number in sorted(manifest["counts"].items()):
        if books.seen[name] != number:
            yield changed(archive.MANIFEST, f"{number} {name}, and {books.seen[name]} are there")
    if sorted(books.software) != manifest["software"]:
        yield changed(archive.MANIFEST, "the software is not that of the calls")
    if manifest["format"] != archive.FORMAT:
        yield changed(archive.MANIFEST, "the format is not one that is known here")
    if manifest["counts"]["erased"]:
        yield note(
            archive.MANIFEST, f"{manifest['counts']['erased']} records were erased on request"
        )


def _check_balance(books: _Books) -> Iterator[Finding]:
    if archive.BALANCE not in books.names:
        yield note(archive.RUN, "the run ended without a balance")
        return
    whole, run = books.json(archive.BALANCE), books.json(archive.RUN)
    if whole["at"] < run["began"]:
        yield note(archive.BALANCE, "is of an execution before the last one")
        return
    balance = whole["balance"]
    counts = {state: number for state, number in balance["counts"].items() if number}
    if counts != dict(books.states):
        yield changed(archive.BALANCE, f"counts {counts}, and the records are {dict(books.states)}")
    yield from _check_sum(books, balance)


def _check_sum(books: _Books, balance: dict[str, Any]) -> Iterator[Finding]:
    ended = sum(number for state, number in books.states.items() if state in ENDS)
    if not balance["differences"] and ended != balance["snapshot"]:
        yield changed(
            archive.BALANCE, f"{balance['snapshot']} in the snapshot, {ended} accounted for"
        )
    if balance["differences"]:
        yield note(
            archive.BALANCE, "the run does not balance: " + "; ".join(balance["differences"])
        )
    if archive.SNAPSHOT in books.names:
        snapshot = books.json(archive.SNAPSHOT)["records"]
        if snapshot != balance["snapshot"]:
            yield changed(archive.BALANCE, f"the snapshot is {snapshot} records")


def _manifest(books: _Books) -> dict[str, Any]:
    try:
        found = books.json(archive.MANIFEST)
    except (KeyError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


PARTS: tuple[tuple[str, Callable[[_Books], Iterable[Finding]]], ...] = (
    ("its names", _check_doubles),
    (archive.RUN, _check_run),
    (archive.BATCHES, _check_batches),
    (archive.MANIFEST, _check_counts),
    (archive.BALANCE, _check_balance),
)
