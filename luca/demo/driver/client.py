"""An HTTP client with users' logins, which times every call."""

from __future__ import annotations

import json
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import urllib3

RENEW_BEFORE = 90.0  # seconds before a token's end; a call may wait 65 s for its answer
PATIENCE = urllib3.Timeout(connect=5, read=60)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `body` is None when it is not JSON."""

    status: int
    body: Any
    milliseconds: float

    @property
    def code(self) -> str:
        """The problem's code, when it is a problem."""
        return str(self.body.get("code", "")) if isinstance(self.body, dict) else ""


@dataclass(slots=True)
class Api:
    """Luca's API at one address. Surprises are answers that the demo did not expect."""

    url: str
    threads: int = 8
    surprises: list[str] = field(default_factory=list)
    _timings: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._pool = urllib3.PoolManager(maxsize=self.threads, retries=False, timeout=PATIENCE)

    _pool: urllib3.PoolManager = field(init=False, repr=False)

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: dict[str, str] | None = None,
        label: str = "",
    ) -> Answer:
        """Call once. `label` is the name under which the time is kept."""
        sent = {"Content-Type": "application/json", **(headers or {})}
        data = None if body is None else json.dumps(body).encode()
        began = time.perf_counter()
        response = self._pool.request(method, self.url + path, body=data, headers=sent)
        took = (time.perf_counter() - began) * 1000
        if label:
            with self._lock:
                self._timings[label].append(took)
        return Answer(response.status, _json(response.data), took)

    def expect(self, answer: Answer, *statuses: int, what: str) -> Answer:
        """Note an answer that is none of those that were expected."""
        if answer.status not in statuses:
            with self._lock:
                self.surprises.append(f"{what}: {answer.status} {answer.code}".strip())
        return answer

    def timings(self) -> dict[str, list[float]]:
        """Milliseconds by label, in order of size."""
        with self._lock:
            return {label: sorted(found) for label, found in self._timings.items()}


class User:
    """Somebody with a login, who signs in when first needed and renews the token in time."""

    def __init__(self, api: Api, email: str, password: str) -> None:
        self.api = api
        self.email = email
        self._password = password
        self._token = self._refresh_token = ""
        self._until = 0.0
        self._lock = threading.Lock()

    @property
    def token(self) -> str:
        with self._lock:
            if not self._token or time.monotonic() > self._until:
                self._renew()
            return self._token

    def _renew(self) -> None:
        """Take new tokens: for the refresh token, or for the password when it is no good."""
        asked = time.monotonic()
        given = {"refresh_token": self._refresh_token}
        answer = self.api.call("POST", "/auth/refresh", given) if self._refresh_token else None
        if answer is None or answer.status != HTTPStatus.OK:
            given = {"email": self.email, "password": self._password}
            answer = self.api.call("POST", "/auth/login", given, label="POST /auth/login")
            self.api.expect(answer, 200, what="sign-in")
        body = answer.body if isinstance(answer.body, dict) else {}
        self._token = str(body.get("id_token", ""))
        self._refresh_token = str(body.get("refresh_token", ""))
        self._until = asked + float(body.get("expires_in", 0)) - RENEW_BEFORE

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: dict[str, str] | None = None,
        label: str = "",
    ) -> Answer:
        signed = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        return self.api.call(method, path, body, headers=signed, label=label)


def percentile(values: list[float], share: float) -> float:
    """The value below which that share lies; `values` are sorted.

    >>> percentile([1.0, 2.0, 3.0, 4.0], 0.5)
    2.0
    """
    if not values:
        return 0.0
    return values[max(0, min(len(values) - 1, round(share * len(values)) - 1))]


def _json(data: bytes) -> Any:
    try:
        return json.loads(data) if data else None
    except ValueError:
        return None
