"""What could flatter the way from 202 to readable: the sender, the lags and the count."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

import jwt
import pytest
import urllib3

from bench import reader
from bench.ingest_end_to_end import Place
from bench.mass import Answer, Pool, Post, post, send


class Api(BaseHTTPRequestHandler):
    """Takes what it is sent, but for a student called refused."""

    protocol_version = "HTTP/1.1"
    taken: Counter[str] = Counter()

    def do_POST(self) -> None:
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        events = sent if isinstance(sent, list) else [sent]
        names = [one["student"] for one in events]
        type(self).taken.update(names)
        body = json.dumps({"event_ids": names}).encode()
        self.send_response(429 if "refused" in names else 202)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- its own name
        pass


@pytest.fixture
def port() -> Iterator[int]:
    Api.taken = Counter()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def posts(port: int, *students: str) -> list[Post]:
    return [post("north", one, "token", {"student": one}, port=port) for one in students]


def test_everything_is_sent_once_and_answered(port: int) -> None:
    names = [f"s{n}" for n in range(40)]
    array = post("north", "s0", "t", [{"student": "a"}, {"student": "b"}], port=port)

    answers = send(port, [*posts(port, *names), array], connections=4)

    assert Api.taken == Counter([*names, "a", "b"])
    assert sorted(one for answer in answers for one in answer.ids) == sorted([*names, "a", "b"])
    assert {answer.post.events for answer in answers if answer.ids == ["a", "b"]} == {2}


def test_one_refusal_ends_a_benchmark(port: int) -> None:
    with pytest.raises(AssertionError, match="429"):
        send(port, posts(port, "ada", "refused", "bob"), connections=1)


def test_nobody_answering_ends_a_benchmark() -> None:
    with pytest.raises(ConnectionRefusedError):
        send(1, posts(1, "ada"), connections=1)


def test_a_paced_request_is_not_sent_before_its_time(port: int) -> None:
    began = time.time()
    late = post("north", "ada", "t", {"student": "ada"}, port=port, after=0.2)

    (answer,) = send(port, [late], connections=1)

    assert answer.at - began >= 0.2


def test_the_pools_tokens_can_be_verified_with_the_key_that_it_publishes() -> None:
    pool = Pool()
    try:
        (key,) = jwt.PyJWKSet.from_dict(urllib3.request("GET", pool.url).json()).keys
        token = pool.token("north", "ada", "issuer", "app")
    finally:
        pool.close()

    claims = jwt.decode(token, key.key, ["RS256"], audience="app", issuer="issuer")
    assert (claims["custom:school_id"], claims["custom:person_id"]) == ("north", "ada")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    log = tmp_path / "log"
    log.write_text("")
    stack: Any = SimpleNamespace(
        ports={"api": 1},
        log=lambda name: log,
        environment=lambda role: {"LUCA_COGNITO_ISSUER": "i", "LUCA_COGNITO_CLIENT_ID": "c"},
    )
    return Place(stack, SimpleNamespace())  # type: ignore[arg-type]


def answered(correlation: str, at: float, events: int = 1) -> Answer:
    return Answer(Post("north", "ada", correlation, events, b""), at, b'{"event_ids": ["x"]}')


def stored(*correlations: str) -> str:
    at = "2026-11-21T08:30:02+00:00"
    return json.dumps(
        {"correlation_ids": correlations, "event": "events_stored", "timestamp": at}
    ).replace('": "', '":"')


def test_a_lag_runs_from_the_answer_to_the_consumers_word_and_counts_for_each_event(
    place: Place,
) -> None:
    half = stored("three")
    lines = f"{stored('one', 'two')}\nnot a line of ours\n{half[:20]}"
    place.stack.log("consumer").write_text(lines)
    place._follow()
    assert place.stored.keys() == {"one", "two"}  # a line that is still being written is left

    with place.stack.log("consumer").open("a") as log:
        log.write(half[20:] + "\n")
    at = 1795249802.0  # 08:30:02
    answers = [answered("one", at - 2), answered("two", at + 1), answered("three", at - 1, 3)]

    assert place.until_stored(answers) == at
    assert place.lags(answers) == [2, 0, 1, 1, 1]


@pytest.mark.parametrize(
    ("items", "right"),
    [(["x"], True), ([], False), (["x", "y"], False), (["y"], False)],
    ids=["once", "lost", "one too many", "another"],
)
def test_the_count_is_exact(
    items: list[str], monkeypatch: pytest.MonkeyPatch, *, right: bool
) -> None:
    found = [{"SK": {"S": f"EVENT#2026#{one}"}} for one in items]
    table = SimpleNamespace(query=lambda **asked: {"Items": found})
    monkeypatch.setitem(reader._tables, "north", table)

    if right:
        reader.counted([answered("one", 0)])
        return
    with pytest.raises(AssertionError):
        reader.counted([answered("one", 0)])


def test_an_id_that_was_given_twice_ends_a_benchmark() -> None:
    with pytest.raises(AssertionError, match="given twice"):
        reader.counted([answered("one", 0), answered("two", 0)])
