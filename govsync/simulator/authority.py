"""The rules of the simulated authority: what it does with a call, without any HTTP."""

import hashlib
import json
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from govsync.simulator.chaos import Switches
from govsync.simulator.store import Row, Store

MOST_RECORDS = 100
MOST_BYTES = 1_048_576
PAGE = 1000
TEXTS = ("record_id", "revision", "student", "subject")


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Mapping[str, Any]
    outcome: str  # for the report
    headers: Mapping[str, str] = field(default_factory=dict)
    silent: bool = False  # the work is done and nobody is told
    late: float = 0  # seconds


class Authority:
    def __init__(self, store: Store, switches: Switches) -> None:
        self.store = store
        self.switches = switches

    def receive(self, key: str, body: bytes) -> Answer:
        """Take a batch, write down that it came, and what became of it."""
        at = time.time()
        digest = hashlib.sha256(body).hexdigest()
        batch = _batch(body)
        call = self.store.note_call(
            at,
            {
                "method": "POST",
                "key": key,
                "body_hash": digest,
                "school_id": batch.get("school_id"),
                "period": batch.get("period"),
                "records": len(batch.get("grades", ())),
            },
        )
        answer = self._trouble() or self._taken(key, digest, body, batch, at)
        self.store.note_outcome(call, None if answer.silent else answer.status, answer.outcome)
        return answer

    def read_back(self, school: str, period: str, cursor: str) -> Answer:
        """One page of the records that it holds of a school and period, by record."""
        at = time.time()
        call = self.store.note_call(
            at, {"method": "GET", "school_id": school, "period": period, "records": 0}
        )
        answer = self._trouble() or self._page(school, period, cursor)
        self.store.note_outcome(call, answer.status, answer.outcome)
        return answer

    def batch(self, key: str) -> Answer:
        found = self.store.one("SELECT * FROM batches WHERE key = ?", key)
        if found is None:
            return problem(404, "unknown_batch", "No batch was taken under this key.")
        return Answer(200, {**found, "answer": json.loads(found["answer"])}, "read")

    def _trouble(self) -> Answer | None:
        """What goes wrong before the authority even looks at a call."""
        settings = self.switches.settings
        early = self.switches.too_soon()
        if early > 0:
            told = {"Retry-After": str(math.ceil(early))}
            return problem(429, "too_many_calls", "Call less often.", told)
        outage = self.switches.outage_left() > 0
        if outage or self.switches.chance(settings.error_share):
            told = {}
            if settings.retry_after:
                told["Retry-After"] = str(math.ceil(settings.retry_after))
            name = "outage" if outage else "unavailable"
            return problem(503, name, "The service is unavailable.", told)
        return None

    def _taken(self, key: str, digest: str, body: bytes, batch: Row, at: float) -> Answer:
        wrong = _malformed(key, body, batch)
        if wrong is not None:
            return wrong
        with self.store.together():
            answer = self._again(key, digest) or self._first_time(key, digest, batch, at)
        settings = self.switches.settings
        if answer.status == 200 and self.switches.chance(settings.timeout_share):  # noqa: PLR2004
            return Answer(200, answer.body, f"{answer.outcome}_unanswered", silent=True)
        if self.switches.chance(settings.slow_share):
            return Answer(answer.status, answer.body, answer.outcome, late=settings.slow_seconds)
        return answer

    def _again(self, key: str, digest: str) -> Answer | None:
        known = self.store.one("SELECT * FROM batches WHERE key = ?", key)
        if known is None:
            return None
        if known["body_hash"] != digest:
            return problem(409, "conflict", "This key was used with another body.")
        answer = json.loads(known["answer"])
        return Answer(known["status"], {**answer, "duplicate": True}, "duplicate")

    def _first_time(self, key: str, digest: str, batch: Row, at: float) -> Answer:
        found = [self._fault(n, grade) for n, grade in enumerate(batch["grades"])]
        errors = [fault for fault in found if fault]
        if errors:
            # Nothing of it is kept, and the key stays free: the same call is judged anew.
            body = {"status": "rejected", "code": "invalid_records", "errors": errors}
            return Answer(422, body, "rejected")
        answer = {"status": "accepted", "batch": key, "accepted": len(batch["grades"])}
        self.store.keep(
            {
                "key": key,
                "body_hash": digest,
                "school_id": batch["school_id"],
                "period": batch["period"],
                "status": 200,
                "answer": json.dumps(answer),
                "at": at,
            },
            batch["grades"],
        )
        return Answer(200, {**answer, "duplicate": False}, "accepted")

    def _fault(self, index: int, grade: Any) -> Row | None:
        if not isinstance(grade, dict):
            return _row(index, "", "not_an_object", "A grade must be an object.")
        record = str(grade.get("record_id", ""))
        for name in TEXTS:
            if not isinstance(grade.get(name), str) or not grade[name]:
                return _row(index, record, "missing", f"{name} is missing.")
        if not _is_score(grade.get("score")):
            return _row(index, record, "score", "The score must be a number from 0 to 100.")
        if self.switches.is_bad(record):
            return _row(index, record, "unknown_student", "The student is not registered here.")
        return None

    def _page(self, school: str, period: str, cursor: str) -> Answer:
        rows = self.store.rows(
            "SELECT record_id, revision, key, at, deliveries FROM records"
            " WHERE school_id = ? AND period = ? AND record_id > ? ORDER BY record_id LIMIT ?",
            school,
            period,
            cursor,
            PAGE + 1,
        )
        page = rows[:PAGE]
        after = page[-1]["record_id"] if len(rows) > PAGE else None
        return Answer(200, {"records": page, "cursor": after}, "read")


def problem(
    status: int, code: str, message: str, headers: Mapping[str, str] | None = None
) -> Answer:
    body = {"status": "error", "code": code, "message": message}
    return Answer(status, body, code, headers or {})


def _batch(body: bytes) -> Row:
    """The batch as far as it can be read, for the call's entry in the books."""
    try:
        raw = json.loads(body)
    except ValueError:
        return {}
    if not isinstance(raw, dict) or not isinstance(raw.get("grades"), list):
        return {}
    texts = all(isinstance(raw.get(name), str) and raw[name] for name in ("school_id", "period"))
    return raw if texts else {}


def _malformed(key: str, body: bytes, batch: Row) -> Answer | None:
    if not key:
        return problem(400, "no_key", "The header Idempotency-Key is missing.")
    if len(body) > MOST_BYTES:
        return problem(413, "too_large", f"A batch may have {MOST_BYTES} bytes.")
    if not batch or not batch["grades"]:
        return problem(400, "malformed", "The body must hold school_id, period and grades.")
    if len(batch["grades"]) > MOST_RECORDS:
        return problem(413, "too_many", f"A batch may hold {MOST_RECORDS} grades.")
    return None


def _row(index: int, record: str, code: str, message: str) -> Row:
    return {"index": index, "record_id": record, "code": code, "message": message}


def _is_score(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        return 0 <= Decimal(value) <= 100  # noqa: PLR2004 -- the authority's scale
    except InvalidOperation:
        return False
