"""What the simulated authority asks of a batch and of a record."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from govsync.simulator.script import Refused

Row = dict[str, Any]
MOST_RECORDS = 100
MOST_BYTES = 1_048_576
MOST_SUBJECTS = 10_000
TEXTS = ("record_id", "revision", "student", "subject")


@dataclass(frozen=True, slots=True)
class Demands:
    """What it asks beyond the form. Without a catalogue every subject is known."""

    subjects: frozenset[str] | None = None
    curp: bool = False

    def shown(self) -> Row:
        subjects = None if self.subjects is None else sorted(self.subjects)
        return {"subjects": subjects, "curp": self.curp}

    def fault(self, index: int, grade: Any) -> Row | None:
        """Why a record is refused; None when it may be kept."""
        if not isinstance(grade, dict):
            return fault(index, "", "not_an_object", "A grade must be an object.")
        record = str(grade.get("record_id", ""))
        for name in TEXTS:
            if not isinstance(grade.get(name), str) or not grade[name]:
                return fault(index, record, "missing", f"{name} is missing.")
        if not _is_score(grade.get("score")):
            return fault(index, record, "score", "The score must be a number from 0 to 100.")
        if self.subjects is not None and grade["subject"] not in self.subjects:
            return fault(index, record, "unknown_subject", "No such subject is in the catalogue.")
        if self.curp and not grade.get("curp"):
            return fault(index, record, "no_curp", "The CURP is missing.")
        return None


def demands(raw: Any) -> Demands:
    """Read what it is to ask from now on."""
    if not isinstance(raw, Mapping) or set(raw) - {"subjects", "curp"}:
        raise Refused("The demands are a JSON object of subjects and curp.")
    subjects, curp = raw.get("subjects"), raw.get("curp", False)
    if not isinstance(curp, bool):
        raise Refused("curp must be true or false.")
    if subjects is None:
        return Demands(None, curp)
    texts = isinstance(subjects, list) and all(isinstance(one, str) and one for one in subjects)
    if not texts or len(subjects) > MOST_SUBJECTS:
        raise Refused(f"subjects must be null or a list of at most {MOST_SUBJECTS} codes.")
    return Demands(frozenset(subjects), curp)


def batch(body: bytes) -> Row:
    """The batch as far as it can be read, for the call's entry in the books."""
    try:
        raw = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(raw, dict) or not isinstance(raw.get("grades"), list):
        return {}
    texts = all(isinstance(raw.get(name), str) and raw[name] for name in ("school_id", "period"))
    return raw if texts else {}


def malformed(key: str, body: bytes, given: Row) -> tuple[int, str, str] | None:
    """Status, code and message of a call that is no batch."""
    if not key:
        return 400, "no_key", "The header Idempotency-Key is missing."
    if len(body) > MOST_BYTES:
        return 413, "too_large", f"A batch may have {MOST_BYTES} bytes."
    if not given or not given["grades"]:
        return 400, "malformed", "The body must hold school_id, period and grades."
    if len(given["grades"]) > MOST_RECORDS:
        return 413, "too_many", f"A batch may hold {MOST_RECORDS} grades."
    return None


def fault(index: int, record: str, code: str, message: str) -> Row:
    return {"index": index, "record_id": record, "code": code, "message": message}


def _is_score(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        return 0 <= Decimal(value) <= 100  # noqa: PLR2004 -- the authority's scale
    except InvalidOperation:
        return False
