"""From grades to frozen batches."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from govsync.domain import Candidate, Record, State, Transition
from govsync.rules.catalogue import Catalogue

MOST_RECORDS = 100
MOST_BYTES = 1_000_000  # of one call's body; the authority allows 1 MiB
RECORDS = UUID("5d5f4f0e-6c0b-4d5e-9a53-3a0c8d1f7b21")
BATCHES = UUID("b3c1f0d4-9e51-4f9e-8c6a-70f2a64d9c55")


def record_id(school: str, period: str, subject: str, student: str) -> str:
    """The id of a grade's record, the same for all its revisions."""
    return str(uuid5(RECORDS, f"{school}\n{period}\n{subject}\n{student}"))


def record_of(
    candidate: Candidate, school: str, cct: str, at: datetime, demands: Catalogue
) -> Record:
    """Freeze a grade: the same grade always makes the same record and revision."""
    identity = record_id(school, candidate.period, candidate.subject, candidate.student)
    why = demands.fault(candidate, cct)
    payload = "" if why else _payload(candidate, identity, cct)
    state = State.BLOCKED_LOCAL if why else State.PENDING
    return Record(
        id=identity,
        student=candidate.student,
        subject=candidate.subject,
        grade_version=candidate.version,
        revision="" if why else json.loads(payload)["revision"],
        payload=payload,
        state=state,
        reason=why,
        history=(Transition(state, at, 0, why),),
    )


def _payload(candidate: Candidate, identity: str, cct: str) -> str:
    content = {
        "cct": cct,
        "curp": candidate.curp,
        "period": candidate.period,
        "record_id": identity,
        "score": f"{candidate.score:f}",
        "student": candidate.student,
        "subject": candidate.sent_as,
        "verdict": candidate.verdict,
    }
    revision = hashlib.sha256(canonical(content).encode()).hexdigest()
    return canonical({**content, "revision": revision})


def canonical(value: Any) -> str:
    """One text for one value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def batch_key(records: Sequence[Record]) -> str:
    """The idempotency key: a function of the ordered revisions and of nothing else."""
    return str(uuid5(BATCHES, "\n".join(record.revision for record in records)))


def body(school: str, period: str, records: Iterable[Record]) -> bytes:
    """The bytes of one call; the same for every attempt."""
    grades = ",".join(record.payload for record in sorted(records, key=lambda one: one.position))
    ends = canonical({"period": period, "school_id": school})
    return f'{{"grades":[{grades}],{ends[1:]}'.encode()


def cut(records: Iterable[Record]) -> Iterator[list[Record]]:
    """Cut records into batches that one call may carry."""
    some: list[Record] = []
    size = 0
    for record in records:
        length = len(record.payload.encode()) + 1
        if some and (len(some) == MOST_RECORDS or size + length > MOST_BYTES):
            yield some
            some, size = [], 0
        some.append(record)
        size += length
    if some:
        yield some
