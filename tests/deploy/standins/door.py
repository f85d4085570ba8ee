"""In front of moto: a call that has a stand-in never reaches it."""

import io
import json
import re
import threading
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import parse_qs, unquote

Document: TypeAlias = dict[str, Any]
Environ: TypeAlias = dict[str, Any]
Application: TypeAlias = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

ACCOUNT = "123456789012"
# Credential=<key>/<day>/<region>/<service>/aws4_request
SCOPE = re.compile(r"Credential=[^/]+/\d+/(?P<region>[^/]+)/(?P<service>[^/]+)/")


class Refused(Exception):
    """The answer is an error of the service, by its name."""

    def __init__(self, code: str, status: int = 400) -> None:
        super().__init__(code)
        self.code = code
        self.status = status


@dataclass(frozen=True, slots=True)
class Call:
    service: str
    region: str
    operation: str  # of a protocol that names it in a header; otherwise empty
    method: str
    path: str
    query: dict[str, list[str]]
    raw: bytes

    @property
    def body(self) -> Document:
        return json.loads(self.raw or b"{}")  # type: ignore[no-any-return]

    @classmethod
    def of(cls, environ: Environ) -> "Call":
        scope = SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
        length = int(environ.get("CONTENT_LENGTH") or 0)
        raw = environ["wsgi.input"].read(length) if length else b""
        if length:  # moto reads it once more
            environ["wsgi.input"] = io.BytesIO(raw)
        return cls(
            service=scope["service"].lower() if scope else "",
            region=scope["region"] if scope else "",
            operation=environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2],
            method=environ["REQUEST_METHOD"],
            path=unquote(environ.get("PATH_INFO", "/")),
            query=parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True),
            raw=raw,
        )


SMALLEST_MOVED = "x-amz-transition-default-minimum-object-size"
# None: moto may answer after all.
Handler: TypeAlias = Callable[[Call], Document | bytes | None]


class StandIns:
    """Who answers what: by operation, or by method and path, or by a word of the query."""

    def __init__(self) -> None:
        self._operations: dict[tuple[str, str], Handler] = {}
        self._paths: list[tuple[str, str, re.Pattern[str], str | None, Handler]] = []

    def operation(self, service: str, *names: str) -> Callable[[Handler], Handler]:
        def add(handler: Handler) -> Handler:
            self._operations.update(dict.fromkeys(((service, name) for name in names), handler))
            return handler

        return add

    def path(
        self, service: str, method: str, pattern: str, word: str | None = None
    ) -> Callable[[Handler], Handler]:
        def add(handler: Handler) -> Handler:
            self._paths.append((service, method, re.compile(pattern), word, handler))
            return handler

        return add

    def handler(self, call: Call) -> Handler | None:
        if call.operation:
            return self._operations.get((call.service, call.operation))
        for service, method, pattern, word, handler in self._paths:
            if (service, method) != (call.service, call.method):
                continue
            if pattern.fullmatch(call.path) and (word is None or word in call.query):
                return handler
        return None


STAND_INS = StandIns()


class Door:
    def __init__(self, behind: Application) -> None:
        self._behind = behind
        self._lock = threading.Lock()

    def __call__(self, environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        call = Call.of(environ)
        handler = STAND_INS.handler(call)
        if handler is None:
            return self._behind(environ, start)
        status, said = self._ask(handler, call)
        if said is None:
            return self._behind(environ, start)
        content = said if isinstance(said, bytes) else json.dumps(said).encode()
        kind = "application/xml" if isinstance(said, bytes) else "application/x-amz-json-1.1"
        headers = [
            ("Content-Type", kind),
            ("Content-Length", str(len(content))),
            ("x-amzn-RequestId", str(uuid.uuid4())),
        ]
        if call.service == "s3":  # Terraform waits until a bucket says what is the default
            headers.append((SMALLEST_MOVED, "all_storage_classes_128K"))
        if status >= 400:
            headers.append(("x-amzn-ErrorType", json.loads(content)["__type"]))
        start(f"{status} Answered", headers)
        return [content]

    def _ask(self, handler: Handler, call: Call) -> tuple[int, Document | bytes | None]:
        try:
            with self._lock:
                return 200, handler(call)
        except Refused as error:
            return error.status, {"__type": error.code, "message": error.code}
