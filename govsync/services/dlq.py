"""The queue of dead letters: what is put there, who reads it, and when a letter goes.

It is one queue for all schools, so nothing that a school asks for over HTTP reads it: a
school's own dead are in its ledger (`looking.dead_letters`). Operators of the platform
list it, and the worker takes out what a redrive has settled.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from govsync.domain import GIVEN_UP, REDRIVABLE
from govsync.repository import batches
from luca.aws import dead_letters, queue
from luca.aws.dead_letters import Found
from luca.kernel import clock, context
from luca.kernel.errors import Unavailable
from luca.kernel.ids import ID, SCHOOL
from luca.telemetry import log

DLQ = "sync-dlq"
RUN, BATCH, MESSAGE = "govsync.run", "govsync.batch", "message"
DIED = (
    "Workers died over this message, or could not read it. Nothing is lost: the sweep goes on with"
    " the run. Look at the workers' log of that time."
)
logger = log(__name__)


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter as an operator reads it; a message that SQS set aside has a task only."""

    id: str
    kind: str
    school: str
    run: str
    batch: str
    reason: str  # a code, or the name of an error
    last_answer: str
    attempts: int
    records: int
    at: str
    what_to_do: str
    execution: int = 0


def put(content: Mapping[str, Any]) -> None:
    queue.send_batch(DLQ, [json.dumps(content)])


def listed(school: str = "", reason: str = "") -> tuple[list[Letter], bool]:
    """Letters, the oldest first, and whether these are all; they stay where they are."""
    with dead_letters.Walk(DLQ) as walk:
        found = [read(one) for one in walk.found()]
    wanted = [one for one in found if school in {"", one.school} and reason in {"", one.reason}]
    return sorted(wanted, key=lambda one: one.at), walk.whole


def clear(run: str, before: int) -> int:
    """Remove the letters that executions of a run before this one left; return how many.

    A batch that no redrive sends again keeps its letter: a person has still to look at it.
    """
    gone = 0
    with dead_letters.Walk(DLQ) as walk:
        for one in map(read, walk.found()):
            mine = one.school == context.school() and one.run == run and one.kind != MESSAGE
            if mine and one.execution < before and not _is_for_a_person(one):
                walk.take(one.id)
                gone += 1
    logger.info("letters_cleared", run=run, messages=gone)
    return gone


def _is_for_a_person(letter: Letter) -> bool:
    batch = batches.get(letter.run, letter.batch) if letter.batch else None
    return batch is not None and batch.state in GIVEN_UP - REDRIVABLE


def clear_soon(run: str, before: int) -> None:
    """Let a worker do that: it may read the queue, and who asks over HTTP may not."""
    with suppress(Unavailable):  # a letter that stays says nothing wrong, only something old
        queue.enqueue("govsync.clear_letters", queue="sync", run=run, before=str(before))


def read(found: Found) -> Letter:
    content = _object(found.message.body)
    at = clock.stamp(datetime.fromtimestamp(found.message.sent / 1000, UTC))
    if content.get("kind") not in {RUN, BATCH}:
        return _set_aside(found, content.get("headers"), at)
    return Letter(
        id=found.message.id,
        kind=content["kind"],
        school=str(content.get("school_id", "")),
        run=str(content.get("run", "")),
        batch=str(content.get("batch", "")),
        reason=str(content.get("reason") or content.get("error") or ""),
        last_answer=str(content.get("last_answer", "")),
        attempts=int(content.get("attempts", 0)),
        records=int(content.get("records", 0)),
        at=str(content.get("at", at)),
        what_to_do=str(content.get("what_to_do", "")),
        execution=int(content.get("execution", 0)),
    )


def _set_aside(found: Found, headers: Any, at: str) -> Letter:
    """A task's message that SQS gave up on; its arguments are nobody's business here."""
    told = headers if isinstance(headers, Mapping) else {}
    return Letter(
        id=found.message.id,
        kind=MESSAGE,
        school=_known(SCHOOL, told.get("school_id")),
        run="",
        batch="",
        reason=_known(ID, told.get("task")) or "unreadable",
        last_answer="",
        attempts=found.message.receives,
        records=0,
        at=at,
        what_to_do=DIED,
    )


def _object(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, Mapping) else {}


def _known(pattern: Any, text: Any) -> str:
    return text if isinstance(text, str) and pattern.fullmatch(text) else ""
