"""A proxy between the services and the embedded AWS that does to calls what networks do.

It passes on what it is given to the byte, the Host header included, so that signatures hold. The
rules of the moment say which calls meet which fault; without a rule it is not there.
"""

from __future__ import annotations

import json
import os
import random
import re
import socket
import struct
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

OF_THE_CONNECTION = {"connection", "content-length", "keep-alive", "transfer-encoding"}
PATIENCE = 120  # seconds for an answer from behind


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class Cut(Exception):
    """The connection is reset and the client learns nothing."""


class Silence(Exception):
    """The connection stays open, and nothing comes until the client has lost patience."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it came, and the way on to the real one."""

    operation: str  # such as `DynamoDB.BatchWriteItem`
    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    send: Callable[[Call], Answer]

    def pass_on(self) -> Answer:
        return self.send(self)

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


Fault = Callable[[Call], Answer]


@dataclass
class Rule:
    """Which calls meet the fault: by the operation, by chance, so many times, by what they say."""

    operations: str  # a regular expression
    fault: Fault
    share: float = 1.0
    times: int | None = None
    says: bytes = b""

    def wants(self, call: Call, dice: random.Random) -> bool:
        if self.times == 0 or self.says not in call.body:
            return False
        if not re.fullmatch(self.operations, call.operation) or dice.random() >= self.share:
            return False
        if self.times is not None:
            self.times -= 1
        return True


class Proxy:
    def __init__(self, port: int) -> None:
        self.upstream = port
        self.rules: list[Rule] = []
        self.calls: Counter[str] = Counter()
        self.met: Counter[str] = Counter()
        self.receives: Counter[int] = Counter()  # how often messages were handed out
        self._dice = random.Random(5)  # noqa: S311 -- the same luck each time
        self._lock = Lock()
        self._server = _Server(self)
        self._thread = Thread(target=self._server.serve_forever, name="proxy", daemon=True)
        self._thread.start()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @contextmanager
    def doing(self, *rules: Rule) -> Iterator[None]:
        """Let the first rule that wants a call have it, for as long as a block runs."""
        with self._lock:
            self.rules = list(rules)
        try:
            yield
        finally:
            with self._lock:
                self.rules = []

    def forget(self) -> None:
        """Count from here on."""
        with self._lock:
            for counter in (self.calls, self.met, self.receives):
                counter.clear()

    def answer(self, call: Call) -> Answer:
        with self._lock:
            self.calls[call.operation] += 1
            rule = next((one for one in self.rules if one.wants(call, self._dice)), None)
            if rule is not None:
                self.met[call.operation] += 1
        answer = rule.fault(call) if rule else call.pass_on()
        if call.operation == "SQS.ReceiveMessage" and answer.status == 200:
            self._note(answer)
        return answer

    def _note(self, answer: Answer) -> None:
        found = json.loads(answer.body).get("Messages", [])
        with self._lock:
            for message in found:
                self.receives[int(message["Attributes"]["ApproximateReceiveCount"])] += 1


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, proxy: Proxy) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.proxy = proxy

    def handle_error(self, *_: Any) -> None:
        """A client that went away is what all this is about."""


class _Handler(BaseHTTPRequestHandler):
    """One connection of a client, and the connection behind it."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # an answer leaves in one piece
    server: _Server
    behind: HTTPConnection | None = None

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        operation = _operation(self.headers.get("X-Amz-Target", ""), body)
        headers = tuple(self.headers.items())
        call = Call(operation, self.command, self.path, headers, body, self._send)
        try:
            self._write(self.server.proxy.answer(call))
        except (Cut, OSError, HTTPException):
            self._reset()
        except Silence:
            self.connection.settimeout(PATIENCE)
            self.rfile.read(1)  # ends when the client closes
            self.close_connection = True

    do_GET = do_PUT = do_DELETE = do_POST  # noqa: N815 -- names that the base class looks for

    def finish(self) -> None:
        super().finish()
        if self.behind is not None:
            self.behind.close()

    def log_message(self, *_: Any) -> None:
        """Nothing: the tests count."""

    def _send(self, call: Call) -> Answer:
        if self.behind is None:
            self.behind = HTTPConnection("127.0.0.1", self.server.proxy.upstream, timeout=PATIENCE)
        try:
            found = self._exchange(self.behind, call)
        except (OSError, HTTPException):
            self.behind.close()  # the next call opens another
            raise
        kept = [(k, v) for k, v in found.getheaders() if k.lower() not in OF_THE_CONNECTION]
        return Answer(found.status, tuple(kept), found.read())

    def _exchange(self, behind: HTTPConnection, call: Call) -> HTTPResponse:
        behind.putrequest(call.method, call.path, skip_host=True, skip_accept_encoding=True)
        for name, value in call.headers:
            if name.lower() not in OF_THE_CONNECTION:
                behind.putheader(name, value)
        behind.putheader("Content-Length", str(len(call.body)))
        behind.endheaders(call.body)
        return behind.getresponse()

    def _write(self, answer: Answer) -> None:
        self.send_response_only(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)
        self.wfile.flush()

    def _reset(self) -> None:
        self.close_connection = True
        reset(self.connection)


def reset(connection: Any) -> None:
    """Close with a reset and not with an end."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    os.close(connection.detach())


def _operation(target: str, body: bytes) -> str:
    """Name a call as `SQS.SendMessageBatch`; STS says its action in the body."""
    if target:
        family, _, name = target.partition(".")
        return f"{family.partition('_')[0].removeprefix('Amazon')}.{name}"
    found = re.match(rb"Action=(\w+)", body)
    return f"STS.{found[1].decode()}" if found else "other"
