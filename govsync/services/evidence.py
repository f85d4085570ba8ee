"""What each call said, byte for byte, in the school's own files: evidence of a legal duty.

| under `govsync/<run>/evidence/<batch>/` | what it is |
|---|---|
| `payload.json` | the exact bytes of every call under the batch's key |
| `<attempt>.json` | one call: facts, hashes, the answer's exact bytes |
| `<attempt>-<chain>.json` | the same of a question for the batch's key after that attempt |

A call is kept before the ledger hears of its answer. A worker that is killed in between leaves
a call that the ledger does not know; the next attempt finds it and chains itself to it.
"""

import json
from collections.abc import Iterator

from django.conf import settings

from govsync.client import Answer
from govsync.domain import Batch, Run, State
from govsync.rules import evidence as rules
from luca.aws import storage
from luca.kernel import clock, context

PAYLOAD = "payload.json"


def keep(run: Run, batch: Batch, attempt: int, body: bytes | None, answer: Answer) -> str:
    """Keep one call; return the new head of its batch's chain, for the ledger's entry.

    It costs one write for each attempt and one more for the payload. Only after a worker
    was killed in the middle of a call it also reads. Without a body it is a question for the
    batch's key, of which there may be several after an attempt.
    """
    folder = folder_of(run.id, batch.number)
    previous = _left_by_a_dead_worker(folder, batch) or batch.chain
    now = clock.now()
    facts = {
        "previous": previous,
        "school": context.school(),
        "run": run.id,
        "execution": run.executions,
        "batch": batch.number,
        "key": batch.key,
        "method": rules.READING if body is None else rules.SENDING,
        "attempt": attempt,
        "sent": answer.sent,
        "status": answer.status,
        "failure": answer.failure,
        "retry_after": answer.retry_after,
        "time_scale": run.time_scale,
        "software": settings.SPECTACULAR_SETTINGS["VERSION"],
    }
    kept = rules.kept_call(
        facts,
        body,
        answer.raw,
        answer.headers,
        (answer.asked or now, answer.answered or now),
    )
    if body is not None and not previous:
        storage.write(folder + PAYLOAD, body)
    name = name_of(attempt) if body is not None else rules.name_of_reading(attempt, kept.chain)
    storage.write(folder + name, kept.content)
    return kept.chain


def replace(name: str, content: bytes) -> None:
    """Put a file's content without a person's words in its place: an erasure does, nobody else."""
    storage.write(name, content)


def folder_of(run: str, number: str) -> str:
    return f"govsync/{run}/evidence/{number}/"


def name_of(attempt: int) -> str:
    return f"{attempt:04d}.json"


def _left_by_a_dead_worker(folder: str, batch: Batch) -> str:
    """The chain's head after calls that were kept and whose answer the ledger never got."""
    for attempt in _unanswered(batch):
        content = storage.read(folder + name_of(attempt))
        if content is not None:
            return str(json.loads(content)["chain"])
    return ""


def _unanswered(batch: Batch) -> Iterator[int]:
    """Earlier attempts, the latest first, since which the ledger has heard no answer."""
    for entry in reversed(batch.history[:-1]):
        if entry.state is not State.IN_FLIGHT:
            return
        yield entry.attempt
