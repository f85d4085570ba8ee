"""Takes a person's words out of the evidence; what is left is still proved by their hashes."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from govsync import keys
from govsync.rules import evidence as rules
from govsync.services.evidence import PAYLOAD, folder_of, replace
from luca.aws import storage

Records = Iterable[Mapping[str, Any]]  # `sync_record` items of one person, as they lie in the table


def is_evidence(name: str) -> bool:
    """Whether a file of the school is evidence of a call."""
    run, _, rest = name.removeprefix("govsync/").partition("/")
    return name.startswith(f"govsync/{run}/evidence/") and rest.startswith("evidence/")


def evidence_of(records: Records) -> list[str]:
    """The files of evidence of the batches that hold these records."""
    return sorted(name for name, _ in _files(records))


def evidence_naming(records: Records, marks: Iterable[str]) -> list[str]:
    """Those of them that hold the person's words still."""
    return [name for name, content, left in _stripped(records, marks) if content != left]


def strip_evidence(records: Records, marks: Iterable[str]) -> None:
    """Take the person's records out of payloads, and the words of answers that name the person."""
    for name, content, left in _stripped(records, marks):
        if content != left:
            replace(name, left)


def _stripped(records: Records, marks: Iterable[str]) -> Iterator[tuple[str, bytes, bytes]]:
    """Each file as it is and as it is to be."""
    words = tuple(marks)
    for name, revisions in _files(records):
        content = storage.read(name) or b""
        if name.endswith("/" + PAYLOAD):
            yield name, content, rules.without_records(content, revisions)
        elif rules.says(content, words):
            yield name, content, rules.without_body(content)


def _files(records: Records) -> Iterator[tuple[str, set[str]]]:
    """The files of each batch, and the person's revisions in it."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in records:
        if one.get("revision"):
            found[keys.batch_of(one["PK"])].add(one["revision"])
    for (run, number), revisions in found.items():
        for name in storage.names(folder_of(run, number)):
            yield name, revisions
