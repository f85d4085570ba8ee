"""One HTTP exchange that ends in time and within bounds, whatever the other side does.

A timeout of a socket is of one read: a server that sends a byte a second never runs into it,
in its body or in its head. So somebody watches the clock and cuts the connection.
"""

import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from typing import Any

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

MOST = 4 * 1024 * 1024  # bytes of one answer; a page of 1,000 records has a twentieth of it
PART = 64 * 1024
CONNECT_TIMEOUT = 5.0

Headers = Mapping[str, str]
_here = threading.local()  # .watch: over this thread's exchange


class TooLate(HTTPError):
    """The whole answer was not there in time."""


class TooLarge(HTTPError):
    """The answer is larger than any that makes sense."""


def exchange(
    method: str, url: str, headers: Headers, body: bytes | None, seconds: float
) -> tuple[int, Headers, bytes]:
    """Return status, headers and body; HTTPError when they did not come.

    It follows no redirection and repeats nothing: the headers hold a secret, and the call may
    have been taken.
    """
    timeout = urllib3.Timeout(connect=min(CONNECT_TIMEOUT, seconds), read=seconds)
    with _Watch(seconds):
        response = _pool().request(
            method,
            url,
            headers=headers,
            body=body,
            timeout=timeout,
            retries=False,
            redirect=False,
            preload_content=False,
            decode_content=False,
        )
        return response.status, response.headers, _read(response)


def _read(response: urllib3.BaseHTTPResponse) -> bytes:
    found = bytearray()
    for part in response.stream(PART, decode_content=False):
        found += part
        if len(found) > MOST:
            response.close()  # the rest of it is nobody's answer to anything
            raise TooLarge
    response.release_conn()
    return bytes(found)


class _Watch:
    """Cuts the connection that an exchange goes over when its time is up."""

    def __init__(self, seconds: float) -> None:
        self.over = threading.Event()
        self.connection: HTTPConnection | None = None
        self.socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> None:
        _here.watch = self
        self._timer.start()

    def __exit__(self, kind: object, error: BaseException | None, _: object) -> None:
        self._timer.cancel()
        _here.watch = None
        if self.over.is_set() and (error is None or isinstance(error, Exception)):
            # Without an error too: an end that nobody announced looks like an answer.
            raise TooLate from error

    def use(self, connection: HTTPConnection) -> None:
        self.connection = connection
        if self.over.is_set():
            raise TooLate

    def _cut(self) -> None:
        self.over.set()
        found = self.socket or getattr(self.connection, "sock", None)
        if found is not None:
            with suppress(OSError):
                found.shutdown(socket.SHUT_RDWR)


class _Watched(HTTPConnection):
    def request(self, *args: Any, **more: Any) -> None:
        _here.watch.use(self)
        super().request(*args, **more)
        _here.watch.socket = self.sock  # an answer of unknown length takes it away from us


class _WatchedTLS(HTTPSConnection):
    def request(self, *args: Any, **more: Any) -> None:
        _here.watch.use(self)
        super().request(*args, **more)
        _here.watch.socket = self.sock


class _Plain(urllib3.HTTPConnectionPool):
    ConnectionCls = _Watched


class _TLS(urllib3.HTTPSConnectionPool):
    ConnectionCls = _WatchedTLS


@cache
def _pool() -> urllib3.PoolManager:
    pool = urllib3.PoolManager(maxsize=16)
    pool.pool_classes_by_scheme = {"http": _Plain, "https": _TLS}
    return pool
