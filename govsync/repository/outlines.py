"""Records without what makes them large: a period's are read at once to be compared."""

from collections.abc import Iterator, Mapping
from typing import Any

from govsync import keys
from govsync.domain import State
from govsync.models import RecordItem
from govsync.repository import batches
from govsync.rules import Outline
from luca.aws import store

ATTRIBUTES = (
    *("record", "sent_as", "student", "subject"),
    *("revision", "state", "reason", "moved_to"),
)


def of_run(run: str) -> Iterator[Outline]:
    """Every record of a run once, where it is counted."""
    sk = RecordItem.sk.startswith(keys.records())
    for line in batches.book(run):
        for raw in store.every_raw(RecordItem, keys.batch(run, line.number), sk, ATTRIBUTES):
            if "moved_to" not in raw:
                yield _outline(run, line.number, raw)


def _outline(run: str, batch: str, raw: Mapping[str, Any]) -> Outline:
    told = {name: value["S"] for name, value in raw.items() if "S" in value}
    return Outline(
        run=run,
        batch=batch,
        id=told["record"],
        sent_as=told.get("sent_as", told["record"]),
        student=told["student"],
        subject=told["subject"],
        revision=told.get("revision", ""),
        state=State(told["state"]),
        reason=told.get("reason", ""),
    )
