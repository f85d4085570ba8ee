"""One call ends in time and within bounds, whatever sits on the other side."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest
from pytest_django.fixtures import Settings

from govsync import client, exchange, rules
from govsync.domain import State
from luca.kernel import clock, context

Talk = Callable[[socket.socket], None]
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@contextmanager
def server(talk: Talk) -> Iterator[tuple[str, list[bytes]]]:
    """Something that listens, reads what it is told, and then talks as it likes."""
    heard: list[bytes] = []
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            with suppress(OSError):
                caller, _ = listening.accept()
                with caller:
                    heard.append(_request(caller))
                    talk(caller)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.1)
        serving = threading.Thread(target=serve, daemon=True)
        serving.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", heard
        over.set()
        serving.join(60)


def _request(caller: socket.socket) -> bytes:
    """All of it: who closes with something unread takes the answer back."""
    found = b""
    while not found.endswith(b"\r\n\r\n{}"):
        found += caller.recv(65536)
    return found


def drip_body(caller: socket.socket) -> None:
    caller.sendall(HEAD + b"Content-Length: 1000000\r\n\r\n")
    _drip(caller, b"x")


def drip_body_of_unknown_length(caller: socket.socket) -> None:
    caller.sendall(HEAD + b"\r\n" + b'{"status": "accepted"}')
    _drip(caller, b" ")


def drip_head(caller: socket.socket) -> None:
    caller.sendall(HEAD)
    _drip(caller, b"X-A: b\r\n")


def say_nothing(caller: socket.socket) -> None:
    caller.settimeout(60)
    caller.recv(1)


def talk_for_ever(caller: socket.socket) -> None:
    caller.sendall(HEAD + b"\r\n")
    with suppress(OSError):
        while True:
            caller.sendall(b"x" * 65536)


def _drip(caller: socket.socket, drop: bytes) -> None:
    with suppress(OSError):
        while True:
            caller.sendall(drop)
            time.sleep(0.05)


@pytest.fixture
def asked(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], client.Answer]:
    """Send one batch to an address, with half a second for all of it."""
    monkeypatch.setattr(client, "SHORTEST_TIMEOUT", 0.5)
    settings.GOVSYNC_TIME_SCALE, settings.AUTHORITY_TOKEN = 0.0, "a-secret"

    def ask(url: str) -> client.Answer:
        settings.AUTHORITY_URL = url
        with context.entered(school="north", correlation_id="c"):
            return client.send("key", b"{}")

    return ask


@pytest.mark.parametrize(
    ("talk", "failure"),
    [
        (drip_body, "TooLate"),
        (drip_body_of_unknown_length, "TooLate"),
        (drip_head, "TooLate"),
        (say_nothing, ""),  # the socket's own timeout may be first
        (talk_for_ever, "TooLarge"),
    ],
)
def test_a_server_that_never_ends_is_cut_off_and_the_batch_may_have_arrived(
    talk: Talk, failure: str, asked: Callable[[str], client.Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    if talk is talk_for_ever:
        monkeypatch.setattr(client, "SHORTEST_TIMEOUT", 60.0)
    with server(talk) as (url, heard):
        answer = asked(url)  # a test that hangs here has failed

    assert answer.status is None
    assert answer.sent
    assert answer.failure == failure or not failure
    assert answer.raw == b""
    assert rules.judge(answer.status, answer.body, sent=answer.sent).state is State.UNKNOWN
    assert len(heard) == 1, "nothing is repeated behind the machine's back"


def answering(head: bytes, body: bytes) -> Talk:
    def talk(caller: socket.socket) -> None:
        length = f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode()
        caller.sendall(head + length + body)

    return talk


def test_an_answer_of_the_largest_size_is_read_and_one_byte_more_is_not(
    asked: Callable[[str], client.Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "SHORTEST_TIMEOUT", 60.0)
    monkeypatch.setattr(exchange, "MOST", 200_000)
    with server(answering(HEAD, b"x" * 200_000)) as (url, _):
        assert len(asked(url).raw) == 200_000
    with server(answering(HEAD, b"x" * 200_001)) as (url, _):
        assert asked(url).failure == "TooLarge"


@pytest.mark.parametrize(
    "body",
    [b"<html>", b"", b"\xff\xfe", b'{"status": "acc', b"[" * 100_000, b"1" * 10_000, b'"\xc3"'],
)
def test_what_is_no_json_says_nothing_and_is_kept_word_for_word(
    body: bytes, asked: Callable[[str], client.Answer]
) -> None:
    with server(answering(HEAD, body)) as (url, _):
        answer = asked(url)

    assert (answer.status, answer.raw) == (200, body)
    assert rules.judge(answer.status, answer.body).state is State.DEAD, "so its key is asked for"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirection_is_not_followed_so_nobody_else_gets_the_token(
    status: int, asked: Callable[[str], client.Answer]
) -> None:
    with server(answering(HEAD, b"{}")) as (elsewhere, overheard):
        away = f"HTTP/1.1 {status} Away\r\nLocation: {elsewhere}/api/grades\r\n".encode()
        with server(answering(away, b"")) as (url, heard):
            answer = asked(url)

    assert answer.status == status
    assert b"a-secret" in heard[0]
    assert overheard == []


@pytest.mark.parametrize(
    ("told", "seconds"),
    [("7", 7), ("", 0), ("soon", 0), ("-3", 0), ("9" * 5000, 0), ("٣", 0), ("1.5", 0)],
)
def test_only_a_plain_retry_after_is_believed(
    told: str, seconds: int, asked: Callable[[str], client.Answer]
) -> None:
    head = b"HTTP/1.1 503 Busy\r\nretry-after: " + told.encode() + b"\r\n"
    with server(answering(head, json.dumps({}).encode())) as (url, _):
        assert asked(url).retry_after == seconds


def test_a_retry_after_may_be_a_date(asked: Callable[[str], client.Answer]) -> None:
    at = (clock.now() + timedelta(hours=1)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    head = b"HTTP/1.1 503 Busy\r\nRetry-After: " + at.encode() + b"\r\n"
    with server(answering(head, b"")) as (url, _):
        assert 3000 < asked(url).retry_after <= 3600


def test_a_call_that_finds_nobody_was_not_sent(asked: Callable[[str], client.Answer]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        url = f"http://127.0.0.1:{gone.getsockname()[1]}"
    answer = asked(url)

    assert (answer.status, answer.sent) == (None, False)
