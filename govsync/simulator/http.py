"""HTTP for the simulated authority. Only the loopback can reach it."""

import hmac
import json
import select
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from govsync.simulator import report
from govsync.simulator.authority import MOST_BYTES, Answer, Authority, problem
from govsync.simulator.chaos import Refused

LABEL = "Luca grade authority SIMULATOR"


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

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if url.path.startswith("/api/"):
            self._answer(self._guarded(lambda: self._read(url.path, parse_qs(url.query))))
        else:
            self._answer(self._shown(url.path))

    def do_POST(self) -> None:
        body = self._body()
        if body is None:
            return
        if urlsplit(self.path).path == "/api/grades":
            key = self.headers.get("Idempotency-Key", "")
            self._answer(self._guarded(lambda: self.server.authority.receive(key, body)))
        else:
            self._answer(_nothing())

    def do_PUT(self) -> None:
        body = self._body()
        if body is None:
            return
        if urlsplit(self.path).path != "/chaos":
            self._answer(_nothing())
            return
        switches = self.server.authority.switches
        try:
            switches.set(json.loads(body or b"{}"), afresh=True)
        except (Refused, ValueError) as error:
            self._answer(problem(422, "refused", str(error)))
        else:
            self._answer(Answer(200, switches.shown(), "set"))

    def log_message(self, *_: Any) -> None:
        """Its report says more than a line for each request would."""

    def _guarded(self, work: Any) -> Answer:
        wanted = f"Bearer {self.server.token}"
        given = self.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), wanted.encode()):
            return problem(401, "unauthorised", "The token is missing or wrong.")
        answer: Answer = work()
        return answer

    def _read(self, path: str, query: dict[str, list[str]]) -> Answer:
        asked = {name: values[0] for name, values in query.items()}
        if path == "/api/grades" and {"school_id", "period"} <= asked.keys():
            return self.server.authority.read_back(
                asked["school_id"], asked["period"], asked.get("cursor", "")
            )
        if path.startswith("/api/batches/"):
            return self.server.authority.batch(unquote(path.rpartition("/")[2]))
        return _nothing()

    def _shown(self, path: str) -> Answer:
        authority = self.server.authority
        pages: dict[str, Any] = {
            "/": lambda: {"label": LABEL},
            "/healthz": lambda: {"status": "ok", "label": LABEL},
            "/chaos": authority.switches.shown,
            "/report": lambda: report.report(authority.store),
            "/report/batches": lambda: {"batches": report.batches(authority.store)},
            "/report/calls": lambda: {"calls": report.calls(authority.store)},
        }
        return Answer(200, pages[path](), "shown") if path in pages else _nothing()

    def _body(self) -> bytes | None:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > 2 * MOST_BYTES:
            self.close_connection = True
            self._answer(problem(413, "too_large", "The body has no length or is too long."))
            return None
        return self.rfile.read(int(length))

    def _answer(self, answer: Answer) -> None:
        if answer.silent:
            self._hang()
            return
        time.sleep(answer.late)
        content = json.dumps(answer.body).encode()
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _hang(self) -> None:
        """Say nothing until the other side gives up."""
        patience = self.server.authority.switches.settings.hang_seconds
        select.select([self.connection], [], [], patience)
        self.close_connection = True


def _nothing() -> Answer:
    return problem(404, "not_found", "There is nothing here.")
