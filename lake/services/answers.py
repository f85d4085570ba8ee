"""Answers that are kept for a while: pages of one share it, and asking again reads no lake.

An answer lies in the school's own files, under `analytics/<question and parameters>/<id>.json`,
so every process finds it, with the school's own credentials only. It holds ids and figures. After
`LUCA_ANALYTICS_SECONDS` it is not given to anybody who asks anew; for an hour its pages are there.
Whoever asks next throws it away then, or the night does.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings

from lake.domain import Answer
from lake.services.asking import ask, question
from luca.aws import storage
from luca.kernel import clock
from luca.kernel.ids import uuid7

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = "analytics/"
KEPT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer, and the id that all of its pages share."""

    id: str
    answer: Answer


def answered(name: str, given: Mapping[str, str]) -> Kept:
    """The answer that somebody was given a moment ago, or a new one."""
    question(name)  # what nobody can ask has no folder
    folder = _folder(name, given)
    return _recent(name, folder) or _new(name, given, folder)


def kept(name: str, given: Mapping[str, str], identity: str) -> Kept | None:
    """The very answer that a page was given of; None when it is gone."""
    found = storage.read(f"{_folder(name, given)}{identity}.json")
    return None if found is None else Kept(identity, _read(name, found))


def answers_kept() -> list[str]:
    """The files of all of them, for whoever throws them away."""
    return storage.names(FOLDER)


def _recent(name: str, folder: str) -> Kept | None:
    oldest = _id_at(timedelta(seconds=settings.ANALYTICS_SECONDS))
    names = [one.removeprefix(folder).removesuffix(".json") for one in storage.names(folder)]
    newest = max(names, default="")
    if newest < oldest:
        return None
    found = storage.read(f"{folder}{newest}.json")
    return None if found is None else Kept(newest, _read(name, found))


def _new(name: str, given: Mapping[str, str], folder: str) -> Kept:
    answer = ask(name, given)
    made = Kept(uuid7(clock.now()), answer)
    storage.write(f"{folder}{made.id}.json", _written(answer))
    forget_old()
    return made


def forget_old() -> None:
    """Throw away what nobody is given pages of any more."""
    oldest = _id_at(KEPT)
    for name in storage.names(FOLDER):
        if name.rpartition("/")[2] < oldest:
            storage.delete(name)


def _id_at(ago: timedelta) -> str:
    """The least id that was made not longer ago: ids begin with their time."""
    return uuid7(clock.now() - ago, bytes(10))


def _folder(name: str, given: Mapping[str, str]) -> str:
    """One for each question with its parameters."""
    spelled = json.dumps([name, sorted((one, value) for one, value in given.items() if value)])
    return f"{FOLDER}{hashlib.sha256(spelled.encode()).hexdigest()[:32]}/"


def _written(answer: Answer) -> bytes:
    told: dict[str, Any] = {
        "columns": answer.columns,
        "rows": answer.rows,
        "scanned_bytes": answer.scanned_bytes,
        "scanned_files": answer.scanned_files,
        "as_of": clock.stamp(answer.as_of),
        "seconds": answer.seconds,
        "values": dict(answer.values),
        "damaged": answer.damaged,
    }
    return json.dumps(told, separators=(",", ":"), ensure_ascii=False).encode()


def _read(name: str, content: bytes) -> Answer:
    told = json.loads(content)
    return Answer(
        question=question(name),
        columns=tuple(told["columns"]),
        rows=[tuple(row) for row in told["rows"]],
        scanned_bytes=told["scanned_bytes"],
        scanned_files=told["scanned_files"],
        as_of=clock.parse(told["as_of"]),
        seconds=told["seconds"],
        values=told["values"],
        damaged=tuple(told["damaged"]),
    )
