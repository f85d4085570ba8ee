"""The pool's keys over real HTTP: they rotate, they go away, and nobody restarts anything."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import jwt
import pytest
from django.test import Client

from luca.api import tokens
from luca.api.keys import FLOOR, Keys
from luca.api.tests.conftest import AUDIENCE, ISSUER, KID, PRIVATE, claims, jwk
from luca.api.tests.test_tokens import STRANGER, Time


class Published:
    """What a pool publishes, on a port of this machine."""

    def __init__(self) -> None:
        published = self
        self.keys = [jwk()]

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = json.dumps({"keys": published.keys}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- its base's name
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/.well-known/jwks.json"
        self.thread = Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def pool() -> Iterator[Published]:
    made = Published()
    yield made
    if made.thread.is_alive():
        made.stop()


@pytest.fixture
def time(pool: Published, monkeypatch: pytest.MonkeyPatch) -> Time:
    """The clock of a verifier that fetches the pool's keys as in production."""
    clock = Time()
    keys = Keys(pool.url, ticks=clock)
    made = tokens.Verifier(issuer=ISSUER, audience=AUDIENCE, keys=keys, ticks=clock)
    monkeypatch.setattr(tokens, "_verifier", lambda *_: made)
    return clock


@pytest.fixture
def caller(routes: None) -> Client:  # noqa: ARG001 -- it must run
    return Client(raise_request_exception=False, SERVER_NAME="127.0.0.1")


def asked(caller: Client, key: Any, kid: str, person: str = "teresa") -> Any:
    token = jwt.encode(
        claims(**{"custom:person_id": person}), key, algorithm="RS256", headers={"kid": kid}
    )
    return caller.get("/who", headers={"Authorization": f"Bearer {token}"})


def test_a_new_key_is_good_and_an_old_one_is_not_without_a_restart(
    pool: Published, time: Time, caller: Client
) -> None:
    assert asked(caller, PRIVATE, KID).status_code == 200
    assert asked(caller, STRANGER, "key-2").status_code == 401

    pool.keys = [jwk(STRANGER, kid="key-2")]
    time.now += FLOOR

    assert asked(caller, STRANGER, "key-2").status_code == 200
    assert asked(caller, PRIVATE, KID, "tomas").status_code == 401


def test_while_the_pool_is_away_known_keys_are_good_and_others_wait(
    pool: Published, time: Time, caller: Client
) -> None:
    assert asked(caller, PRIVATE, KID).status_code == 200
    pool.stop()
    time.now += FLOOR

    answer = asked(caller, STRANGER, "key-2")

    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer["Retry-After"]
    assert asked(caller, PRIVATE, KID, "tomas").status_code == 200
