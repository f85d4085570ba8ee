"""Many people sending at once, at little cost of one's own: what an API takes, no client's limit.

Requests are spelled beforehand; a few connections are kept open, as a gateway keeps them, and each
sends the next request when the last one is answered. A dropped connection or any answer but 202
ends the benchmark.
"""

import asyncio
import json
import re
import time
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
ACCEPTED = b" 202 "


@dataclass(frozen=True, slots=True)
class Post:
    """One request, ready to be sent."""

    school: str
    student: str
    correlation: str  # by which its events are found in the consumer's log
    events: int
    text: bytes
    after: float = 0.0  # seconds from the start, not earlier


@dataclass(frozen=True, slots=True)
class Answer:
    post: Post
    at: float  # epoch seconds
    body: bytes

    @property
    def ids(self) -> list[str]:
        found: list[str] = json.loads(self.body)["event_ids"]
        return found


class Pool:
    """Signs ID tokens as the user pool does, with a key of its own that it publishes."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        made: dict[str, Any] = jwt.algorithms.RSAAlgorithm.to_jwk(
            self._key.public_key(), as_dict=True
        )
        keys = json.dumps({"keys": [{**made, "kid": "bench", "alg": "RS256", "use": "sig"}]})

        class Keys(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.end_headers()
                self.wfile.write(keys.encode())

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- its own name
                """Nothing: a line for each fetch tells nobody anything."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Keys)
        self.url = f"http://127.0.0.1:{self._server.server_port}/jwks"
        Thread(target=self._server.serve_forever, daemon=True).start()

    def token(self, school: str, student: str, issuer: str, audience: str) -> str:
        claims = {
            "iss": issuer,
            "aud": audience,
            "token_use": "id",
            "exp": int(time.time()) + 3600,
            "custom:school_id": school,
            "custom:person_id": student,
            "cognito:groups": ["student"],
        }
        return jwt.encode(claims, self._key, "RS256", headers={"kid": "bench"})

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def post(
    school: str, student: str, token: str, events: Any, *, port: int, after: float = 0.0
) -> Post:
    """Spell a request: one event, or an array of them."""
    correlation, body = str(uuid4()), json.dumps(events).encode()
    head = (
        f"POST /behavior HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nX-Correlation-ID: {correlation}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    count = len(events) if isinstance(events, list) else 1
    return Post(school, student, correlation, count, head.encode() + body, after)


def send(port: int, posts: Sequence[Post], connections: int) -> list[Answer]:
    """Send all, each at its time or as soon as a connection is free."""
    return asyncio.run(_send(port, posts, connections))


async def _send(port: int, posts: Sequence[Post], connections: int) -> list[Answer]:
    left, began = deque(posts), time.monotonic()
    found = await asyncio.gather(
        *(_talk(port, left, began) for _ in range(min(connections, len(posts))))
    )
    return [answer for some in found for answer in some]


async def _talk(port: int, left: deque[Post], began: float) -> Iterable[Answer]:
    answers: list[Answer] = []
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        while left:
            one = left.popleft()
            await asyncio.sleep(max(0.0, began + one.after - time.monotonic()))
            writer.write(one.text)
            answers.append(Answer(one, *await _accepted(reader)))
    finally:
        writer.close()
        await writer.wait_closed()
    return answers


async def _accepted(reader: asyncio.StreamReader) -> tuple[float, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    length = LENGTH.search(head)
    body = await reader.readexactly(int(length[1]) if length else 0)
    assert ACCEPTED in head.partition(b"\r\n")[0], (head, body)
    return time.time(), body
