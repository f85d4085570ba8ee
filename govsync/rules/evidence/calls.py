"""What is kept of one call: facts, chained to those of the call before, and the answer's bytes.

The facts hold hashes of both sides' words and not the words, so that after an erasure the
chain still holds. The payload has two: of its exact bytes, and of its outline, in which each
record is its own hash; a payload of which a record was erased is checked by the second.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from govsync.rules.freezing import canonical
from luca.kernel import clock

FORMAT = "luca-govsync-call/1"
HEADERS = ("content-type", "date", "retry-after", "x-request-id")
SENDING, READING = "POST", "GET"
ERASED = "erased"  # stands where a record, or an answer's words, were


@dataclass(frozen=True, slots=True)
class Kept:
    """A call as it is kept: the file's bytes, and the chain's new head."""

    content: bytes
    chain: str


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def kept_call(
    facts: Mapping[str, Any],
    payload: bytes | None,
    answer: bytes,
    headers: Mapping[str, str],
    at: tuple[datetime, datetime],
) -> Kept:
    """One call after another: `facts["previous"]` is the chain's head before it."""
    told = {name.lower(): value for name, value in headers.items()}
    whole = {
        **facts,
        "format": FORMAT,
        "asked": clock.stamp(at[0]),
        "answered": clock.stamp(at[1]),
        "headers": {name: told[name] for name in HEADERS if name in told},
        "payload": None if payload is None else _sizes(payload),
        "answer": {"sha256": digest(answer), "bytes": len(answer)},
    }
    chain = chain_of(whole)
    return Kept(_file({"facts": whole, "chain": chain, "body": _readable(answer)}), chain)


def _sizes(payload: bytes) -> dict[str, Any]:
    return {"sha256": digest(payload), "outline": outline(payload), "bytes": len(payload)}


def name_of_reading(attempt: int, chain: str) -> str:
    """The file of a question for a key: after one attempt there may be several."""
    return f"{attempt:04d}-{chain[:12]}.json"


def is_reading(facts: Mapping[str, Any]) -> bool:
    return facts.get("method") == READING


def chain_of(facts: Mapping[str, Any]) -> str:
    """The head of the chain after a call; the facts name the one before."""
    return digest(canonical(facts).encode())


def outline(payload: bytes) -> str:
    """A hash that a payload keeps when a record of it is erased."""
    content = json.loads(payload)
    grades = [_leaf(one) for one in content["grades"]]
    return digest(canonical({**content, "grades": grades}).encode())


def without_records(payload: bytes, revisions: Iterable[str]) -> bytes:
    """The payload with the words of these records gone and their hashes in place."""
    gone = frozenset(revisions)
    content = json.loads(payload)
    if not any(one["revision"] in gone and ERASED not in one for one in content["grades"]):
        return payload
    grades = [_erased(one) if one["revision"] in gone else one for one in content["grades"]]
    return canonical({**content, "grades": grades}).encode()


def body_of(call: Mapping[str, Any]) -> bytes | None:
    """The exact bytes of an answer; None if an erasure has taken them."""
    body = call["body"]
    if ERASED in body:
        return None
    text: str = body["text"]
    return base64.b64decode(text, validate=True) if body["as"] == "base64" else text.encode()


def says(content: bytes, words: Iterable[str]) -> bool:
    """Whether the answer of a kept call holds one of the words, in whatever spelling of JSON."""
    body = body_of(json.loads(content))
    if body is None:
        return False
    text = body.decode(errors="replace").casefold() + body.decode("latin-1").casefold()
    spelled = {one.casefold() for word in words for one in (word, json.dumps(word)[1:-1])}
    return any(one in text for one in spelled)


def without_body(content: bytes) -> bytes:
    """A kept call without the words of its answer; their hash stays in its facts."""
    return _file({**json.loads(content), "body": {ERASED: True}})


def _leaf(grade: Mapping[str, Any]) -> str:
    if ERASED in grade:
        return str(grade[ERASED])
    return digest(canonical(grade).encode())


def _erased(grade: Mapping[str, Any]) -> dict[str, str]:
    return {ERASED: _leaf(grade), "revision": grade["revision"]}


def _readable(answer: bytes) -> dict[str, str]:
    """As text where that is exact, and in base64 where it is not."""
    try:
        return {"as": "utf-8", "text": answer.decode()}
    except UnicodeDecodeError:
        return {"as": "base64", "text": base64.b64encode(answer).decode()}


def _file(content: Mapping[str, Any]) -> bytes:
    return canonical(content).encode() + b"\n"
