"""What an answer of the authority means for a batch and for each of its records."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from govsync.domain import ACCEPTED, State
from govsync.rules.overtaking import NEVER_CAME

TOO_FAST = 429
SENT_AGAIN_LATER = frozenset({408, TOO_FAST})  # and whatever is the server's own fault
NOT_TAKEN = frozenset({408, TOO_FAST, 502, 503})
DOWN = frozenset({None, 502, 503, 504})  # so an authority answers that is not there
OUR_FAULT = frozenset({401, 403})
# Whoever answers so is not the authority, or not where its calls are taken: a wrong address.
ELSEWHERE = frozenset({*range(300, 400), 404, 405, 406, 410, 415, 421, 426})
OK, CREATED = 200, 201
CLIENT, SERVER, END = 400, 500, 600
NOT_FOUND, CONFLICT = 404, 409
UNKNOWN_KEY = "unknown_batch"  # the authority's own word: a 404 of anybody else says nothing

CODES = frozenset(
    {
        *("accepted", "conflict", "duplicate", "invalid_records", "malformed", "missing"),
        *("no_key", "not_an_object", "outage", "rejected", "score", "too_large", "too_many"),
        *("forbidden", "gateway", "no_curp", "too_many_calls", "unauthorized", "unavailable"),
        *("unknown_student", "unknown_subject"),
    }
)
OTHER = "other"  # a code that is not among them; only the authority's own logs have it


class Outcome(StrEnum):
    """What the machine has to do next; its definition compares these words."""

    ANSWERED = "ANSWERED"  # every record has its state
    RETRY = "RETRY"  # the same call may pass later
    PACE = "PACE"  # it is not our turn; nothing was sent
    BURY = "BURY"  # no repetition will help
    STOP = "STOP"  # nothing of this school would pass


@dataclass(frozen=True, slots=True)
class Judgement:
    outcome: Outcome
    state: State  # of the batch
    reason: str
    rejected: Mapping[str, str] = field(default_factory=dict)  # record → why
    accepted: frozenset[str] = frozenset()  # of a batch that was taken in part


def judge(status: int | None, body: Any, *, sent: bool = True) -> Judgement:
    """Read an answer; `status` is None when there was none, `sent` False if nothing left us."""
    if status is None:
        state = State.UNKNOWN if sent else State.RETRYABLE
        return Judgement(Outcome.RETRY, state, "no_answer" if sent else "unreachable")
    if status in SENT_AGAIN_LATER or SERVER <= status < END:
        # A gateway that answers 500 or 504 may stand before an authority that took the batch.
        state = State.RETRYABLE if status in NOT_TAKEN else State.UNKNOWN
        return Judgement(Outcome.RETRY, state, f"http_{status}")
    if status in OUR_FAULT:
        return Judgement(Outcome.STOP, State.REJECTED_AUTH, f"http_{status}")
    if status == CONFLICT:
        return Judgement(Outcome.BURY, State.CONFLICT, "key_known_with_other_content")
    found = _taken(status, body)
    if status in ELSEWHERE and not (found and (found.rejected or found.accepted)):
        return Judgement(Outcome.STOP, State.RETRYABLE, f"http_{status}")
    return found or Judgement(Outcome.BURY, State.DEAD, f"http_{status}")


def _taken(status: int, body: Any) -> Judgement | None:
    said = body if isinstance(body, Mapping) else {}
    if status in {OK, CREATED} and said.get("status") == "accepted":
        again = said.get("duplicate") is True
        state = State.ACCEPTED_DUPLICATE if again else State.ACCEPTED
        return Judgement(Outcome.ANSWERED, state, "duplicate" if again else "")
    if CLIENT <= status < SERVER:
        # Which records are bad may be left unsaid: `rejected` is empty then.
        rejected = _rejected(said.get("errors"))
        accepted = said.get("accepted")
        named = accepted if isinstance(accepted, list) else []
        kept = frozenset(one for one in named if isinstance(one, str))
        code = known_code(said.get("code"))
        reason = f"http_{status}" if code == OTHER else code
        return Judgement(Outcome.ANSWERED, State.REJECTED_DATA, reason, rejected, kept)
    return None


def judge_reading(status: int | None, body: Any, key: str, *, sent: bool = True) -> Judgement:
    """Read what the authority says of a batch's key: only a clear answer decides."""
    found = body if isinstance(body, Mapping) else {}
    if status == OK and found.get("key") == key and isinstance(found.get("status"), int):
        taken = judge(found["status"], found.get("answer"))
        if taken.state in ACCEPTED:
            return Judgement(Outcome.ANSWERED, State.ACCEPTED_DUPLICATE, "read_by_key")
        if taken.accepted:
            return taken
    if status == NOT_FOUND and isinstance(found.get("code"), str) and found["code"] == UNKNOWN_KEY:
        return Judgement(Outcome.BURY, State.DEAD, NEVER_CAME)
    other = judge(status, None, sent=sent)
    if other.outcome in {Outcome.RETRY, Outcome.STOP}:
        return other
    return Judgement(Outcome.BURY, State.DEAD, f"http_{status}")


def is_too_fast(status: int | None) -> bool:
    return status == TOO_FAST


def is_down(status: int | None) -> bool:
    return status in DOWN


def bounded(told: int, left: float) -> int:
    """How long to wait when told to: never so long that no time is left to send anything."""
    return max(0, min(told, math.floor(left / 2)))


def _rejected(errors: Any) -> dict[str, str]:
    if not isinstance(errors, list):
        return {}
    return {
        str(one["record_id"]): known_code(one.get("code", "rejected"))
        for one in errors
        if isinstance(one, Mapping) and one.get("record_id")
    }


def known_code(given: Any) -> str:
    """A code of the authority's, if we know it. Any other text may quote a pupil's data.

    What is kept of an answer goes into the ledger, into dead letters and into log lines.
    """
    return given if isinstance(given, str) and given in CODES else OTHER


def said(body: Any) -> str:
    """The codes of an answer, and none of its words."""
    found = body if isinstance(body, Mapping) else {}
    errors = found.get("errors")
    rows = [one for one in errors if isinstance(one, Mapping)] if isinstance(errors, list) else []
    given = [found.get("code"), *(one.get("code") for one in rows)]
    return " ".join(sorted({known_code(one) for one in given if one is not None}))
