"""Answering by a script, in this process or in a worker; and the journal of what was asked."""

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any

from govsync.engine import TaskDone, TaskFailed

PLAYS = "CONFORMANCE_PLAYS"  # a file of answers, by execution and key
JOURNAL = "CONFORMANCE_JOURNAL"  # a file of one line for each call

ENDPOINT, KEY, SECRET = "CONFORMANCE_ENDPOINT", "CONFORMANCE_KEY", "CONFORMANCE_SECRET"


class Answering:
    """Gives each key of an execution its answers in their order, the last for ever."""

    def __init__(self, plays: Mapping[str, Mapping[str, list[list[Any]]]], journal: Path) -> None:
        self._plays = plays
        self._journal = journal
        self._asked: Counter[tuple[str, str]] = Counter()
        self._lock = Lock()

    def __call__(self, play: str, key: str, data: str) -> TaskDone | TaskFailed:
        with self._lock, self._journal.open("a") as out:
            number = self._asked[play, key]
            self._asked[play, key] += 1
            out.write(json.dumps({"play": play, "key": key, "data": json.loads(data)}) + "\n")
        answers = self._plays[play][key]
        kind, *said = answers[min(number, len(answers) - 1)]
        return TaskDone(said[0]) if kind == "output" else TaskFailed(*said)


def written(answers: Mapping[str, list[TaskDone | TaskFailed]]) -> dict[str, list[list[Any]]]:
    """Answers as the file of plays holds them."""
    return {
        key: [
            ["output", one.output] if isinstance(one, TaskDone) else ["error", one.error, one.cause]
            for one in some
        ]
        for key, some in answers.items()
    }


def asked(journal: Path, play: str) -> dict[str, list[Any]]:
    """What each key was shown, call by call."""
    found: dict[str, list[Any]] = {}
    for line in journal.read_text().splitlines() if journal.exists() else []:
        entry = json.loads(line)
        if entry["play"] == play:
            found.setdefault(entry["key"], []).append(entry["data"])
    return found
