"""One JSON line for each refusal, as CloudTrail would have it, with no person's id in clear."""

import hashlib
import json
import sys
from datetime import UTC, datetime
from typing import Any

from luca.localaws.refusals import Denied, Refused
from luca.localaws.sessions import Session

CLEAR_PARTS = 3  # TENANT, the school, the kind of item; what follows names people


def log(refusal: Refused, code: str, session: Session | None, call: str) -> None:
    at = datetime.now(UTC)
    line = {
        "timestamp": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "level": "warning",
        "event": "aws_request_refused",
        "service": "guard",
        "code": code,
        "reason": refusal.reason.value,
        "call": call,
        "principal": session.role if session else None,
        "session_name": session.name if session else None,
        "tenant_id": session.tags.get("school_id") if session else None,
        **_what(refusal),
    }
    print(json.dumps(line), file=sys.stderr, flush=True)  # noqa: T201 -- its log is the process's


def _what(refusal: Refused) -> dict[str, Any]:
    if not isinstance(refusal, Denied):
        return {"detail": refusal.message}
    s3 = refusal.resource.startswith("arn:aws:s3:")  # an object's name may be about a person
    return {
        "action": refusal.action,
        "resource": veiled(refusal.resource, "/") if s3 else refusal.resource,
        "leading_keys": [veiled(key, "#") for key in refusal.leading_keys],
    }


def veiled(text: str, separator: str) -> str:
    """The text with everything after the kind of item replaced by a digest."""
    parts = text.split(separator)
    if len(parts) <= CLEAR_PARTS:
        return text
    digest = hashlib.sha256(separator.join(parts[CLEAR_PARTS:]).encode()).hexdigest()[:12]
    return separator.join([*parts[:CLEAR_PARTS], digest])
