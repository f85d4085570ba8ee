"""HTTP for the simulated authority. Only the loopback can reach it."""

import hmac
import json
import select
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from govsync.simulator import checks, report
from govsync.simulator.authority import Answer, Authority, problem
from govsync.simulator.checks import MOST_BYTES
from govsync.simulator.script import Refused

LABEL = "Luca grade authority SIMULATOR"
GARBLED = b"<html><body>SIMULATOR of a proxy that says something else</body></html>"
BATCHES = "batches/"


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, authority: Authority, token: str) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.authority = authority
        self.token = token


class Handler(BaseHTTPRequestHandler):
    """`/api` needs the token; health, report and switches are the tester's and need none."""

    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "GradeAuthoritySimulator/1"
    wbufsize = -1  # head and body leave together, or the other side's TCP waits 40 ms in between

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(url.query).items()}
        if url.path.startswith("/api/"):
            self._answer(self._read(url.path.removeprefix("/api/"), asked))
        else:
            self._answer(self._tried(lambda: self._shown(url.path, asked)))

    def do_POST(self) -> None:
        body = self._body()
        if body is None:
            return
        if urlsplit(self.path).path == "/api/grades":
            key = self.headers.get("Idempotency-Key", "")
            self._answer(self.server.authority.receive(key, body, known=self._known()))
        else:
            self._answer(_nothing())

    def do_PUT(self) -> None:
        """Set switches and script, or what is demanded of a record, afresh."""
        body = self._body()
        if body is None:
            return
        set_ = {"/chaos": self._set_chaos, "/demands": self._set_demands}
        act = set_.get(urlsplit(self.path).path)
        self._answer(_nothing() if act is None else self._tried(lambda: act(_json(body))))

    def log_message(self, *_: Any) -> None:
        """Its report says more than a line for each request would."""

    def _known(self) -> bool:
        wanted = f"Bearer {self.server.token}"
        given = self.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), wanted.encode())

    def _read(self, path: str, asked: dict[str, str]) -> Answer:
        authority, known = self.server.authority, self._known()
        if path == "grades" and {"school_id", "period"} <= asked.keys():
            cursor = asked.get("cursor", "")
            return authority.read_back(asked["school_id"], asked["period"], cursor, known=known)
        if path.startswith(BATCHES):
            return authority.batch(unquote(path.removeprefix(BATCHES)), known=known)
        return _nothing()

    def _shown(self, path: str, asked: dict[str, str]) -> Answer:
        authority, store = self.server.authority, self.server.authority.store
        span = report.span(asked)
        pages: dict[str, Any] = {
            "/": lambda: {"label": LABEL},
            "/healthz": lambda: {"status": "ok", "label": LABEL},
            "/chaos": authority.switches.shown,
            "/demands": authority.demands.shown,
            "/report": lambda: report.report(store, span),
            "/report/batches": lambda: {"batches": report.batches(store, span)},
            "/report/calls": lambda: {"calls": report.calls(store, span)},
            "/report/tampered": lambda: {"records": report.tampered(store, span)},
        }
        if path in pages:
            return Answer(200, pages[path](), "shown")
        inside = path.removeprefix("/report/")
        if inside.startswith(BATCHES):
            return authority.shown(unquote(inside.removeprefix(BATCHES)))
        return _nothing()

    def _set_chaos(self, raw: Any) -> dict[str, Any]:
        switches = self.server.authority.switches
        switches.set(raw)
        return switches.shown()

    def _set_demands(self, raw: Any) -> dict[str, Any]:
        self.server.authority.demands = checks.demands(raw)
        return self.server.authority.demands.shown()

    def _tried(self, work: Callable[[], Any]) -> Answer:
        try:
            done = work()
        except (ValueError, RecursionError) as error:
            return problem(422, "refused", str(error))
        return done if isinstance(done, Answer) else Answer(200, done, "set")

    def _body(self) -> bytes | None:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > 2 * MOST_BYTES:
            self.close_connection = True
            self._answer(problem(413, "too_large", "The body has no length or is too long."))
            return None
        return self.rfile.read(int(length))

    def _answer(self, answer: Answer) -> None:
        if answer.silent or answer.cut:
            self._end(waiting=answer.silent)
            return
        time.sleep(answer.late)
        content = GARBLED if answer.garbled else json.dumps(answer.body).encode()
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "text/html" if answer.garbled else "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _end(self, *, waiting: bool) -> None:
        """Say nothing; wait until the other side gives up, or end the connection at once."""
        if waiting:
            patience = self.server.authority.switches.settings.hang_seconds
            select.select([self.connection], [], [], patience)
        self.close_connection = True


def _json(body: bytes) -> Any:
    try:
        return json.loads(body or b"{}")
    except ValueError as error:
        raise Refused(f"The body is not JSON: {error}") from error


def _nothing() -> Answer:
    return problem(404, "not_found", "There is nothing here.")
