"""The authority's API: the only module that speaks to it.

It sends once and never retries: when to call again is for the machine to
decide, and a client that repeats by itself would do so behind its back.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from govsync.exchange import exchange
from luca.kernel import clock, context
from luca.telemetry import spans

TIMEOUT = 120.0  # seconds, scaled: of a whole call
SHORTEST_TIMEOUT = 1.0
SECONDS = re.compile(r"\d{1,9}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `status` is None when nothing did."""

    status: int | None
    body: Any = None
    failure: str = ""  # the kind of error, when nothing came back
    retry_after: int = 0  # seconds
    sent: bool = True  # whether the call may have reached the other side
    raw: bytes = b""  # the body as it came
    headers: Mapping[str, str] = field(default_factory=dict)
    asked: datetime | None = None
    answered: datetime | None = None  # or when it was given up


def send(key: str, body: bytes) -> Answer:
    """Post one batch under its key."""
    headers = {"Content-Type": "application/json", "Idempotency-Key": key}
    return _call("POST", "/api/grades", headers, body)


def read_batch(key: str) -> Answer:
    """Ask what became of the batch that was sent under a key."""
    return _call("GET", f"/api/batches/{key}", {}, None)


def read_back(period: str, cursor: str) -> Answer:
    """Ask for one page of what the authority holds of the school in a period."""
    asked = {"school_id": context.school(), "period": period}
    query = urlencode({**asked, "cursor": cursor} if cursor else asked)
    return _call("GET", f"/api/grades?{query}", {}, None)


def _call(method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
    asked = clock.now()
    door = "/".join(path.partition("?")[0].split("/")[:3])  # without the key of a batch
    with spans.span(f"{method} {door}", spans.CLIENT, peer="authority") as span:
        answer = _answer(method, path, headers, body)
        span.told(status=answer.status, failure=answer.failure or None)
        if answer.status is None:
            span.failed()
    return replace(answer, asked=asked, answered=clock.now())


def _answer(method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
    own = {
        "Authorization": f"Bearer {settings.AUTHORITY_TOKEN}",
        "X-Correlation-Id": context.correlation_id(),
    }
    seconds = max(SHORTEST_TIMEOUT, TIMEOUT * settings.GOVSYNC_TIME_SCALE)
    url = settings.AUTHORITY_URL.rstrip("/") + path
    try:
        status, told, raw = exchange(method, url, {**own, **headers}, body, seconds)
    except (NewConnectionError, ConnectTimeoutError) as error:
        return Answer(None, failure=type(error).__name__, sent=False)
    except HTTPError as error:
        # The connection was there: it may have been taken all the same.
        return Answer(None, failure=type(error).__name__)
    after = _seconds(told.get("Retry-After", ""))
    said = _json(raw.decode(errors="replace"))
    return Answer(status, said, retry_after=after, raw=raw, headers=dict(told))


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _seconds(told: str) -> int:
    """Retry-After is a number of seconds or a date; anything else says nothing."""
    if SECONDS.fullmatch(told):
        return int(told)
    try:
        left = parsedate_to_datetime(told) - clock.now()
    except (TypeError, ValueError):
        return 0
    return max(0, round(left.total_seconds()))
