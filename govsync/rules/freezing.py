"""From grades to frozen batches."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from govsync.domain import Candidate, Record, Sender, State, Transition
from govsync.rules.catalogue import Catalogue
from govsync.rules.identity import Identities, record_id, wire_id

MOST_RECORDS = 100
MOST_BYTES = 1_000_000  # of one call's body; the authority allows 1 MiB
AROUND = 256  # of them at most are not the records': names, the period and the school
TWICE = "record_twice"  # another grade of the school means the same record
BATCHES = UUID("b3c1f0d4-9e51-4f9e-8c6a-70f2a64d9c55")


def record_of(
    candidate: Candidate, sender: Sender, at: datetime, demands: Catalogue, identities: Identities
) -> Record:
    """Freeze a grade: the same grade always makes the same record and revision."""
    own = record_id(sender.school, candidate.period, candidate.subject, candidate.student)
    why = demands.fault(candidate, sender.cct)
    identity = "" if why else identities.given(own, wire_id(candidate, sender))
    if not (why or identity):
        why = TWICE
    payload = "" if why else _payload(candidate, identity, sender)
    state = State.BLOCKED_LOCAL if why else State.PENDING
    return Record(
        id=own,
        sent_as=identity,
        student=candidate.student,
        subject=candidate.subject,
        grade_version=candidate.version,
        revision="" if why else json.loads(payload)["revision"],
        payload=payload,
        state=state,
        reason=why,
        history=(Transition(state, at, 0, why),),
    )


def _payload(candidate: Candidate, identity: str, sender: Sender) -> str:
    content = {
        "cct": sender.cct,
        "curp": candidate.curp,
        "metadata": candidate.metadata,
        "period": candidate.period,
        "record_id": identity,
        "school_year": sender.year,
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
    size = AROUND
    for record in records:
        length = len(record.payload.encode()) + 1
        if some and (len(some) == MOST_RECORDS or size + length > MOST_BYTES):
            yield some
            some, size = [], AROUND
        some.append(record)
        size += length
    if some:
        yield some
