"""A demo outlives many tokens: its users renew them in time."""

import json
import time
from typing import Any

import pytest

from luca.demo.driver.client import Answer, Api, User


class Script(Api):
    """An API that gives tokens of five minutes, and remembers what it was asked."""

    def __init__(self, *, refuses_refresh: bool = False) -> None:
        super().__init__("http://nowhere")
        self.asked: list[tuple[str, str]] = []
        self.refuses_refresh = refuses_refresh

    def call(self, method: str, path: str, body: Any = None, **_: Any) -> Answer:
        self.asked.append((path, json.dumps(body)))
        if path == "/auth/refresh" and self.refuses_refresh:
            return Answer(401, {"code": "sign_in"}, 1.0)
        told = {"id_token": f"id-{len(self.asked)}", "refresh_token": "r", "expires_in": 300}
        return Answer(200, told, 1.0)

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Move the clock of this process on."""
    moment = [time.monotonic()]
    monkeypatch.setattr("luca.demo.driver.client.time.monotonic", lambda: moment[0])

    def move(seconds: float) -> None:
        moment[0] += seconds

    return move


def test_a_token_is_renewed_before_it_lapses_and_not_sooner(later: Any) -> None:
    api = Script()
    user = User(api, "ada@demo.test", "secret")
    first = user.token
    later(200)
    assert user.token == first
    later(20)  # less than a slow call's 65 seconds is left of five minutes
    assert user.token != first
    assert api.paths == ["/auth/login", "/auth/refresh"]


def test_a_refresh_token_that_is_no_good_costs_another_sign_in(later: Any) -> None:
    api = Script(refuses_refresh=True)
    user = User(api, "ada@demo.test", "secret")
    assert user.token
    later(301)
    assert user.token == "id-3"
    assert api.paths == ["/auth/login", "/auth/refresh", "/auth/login"]
    assert not api.surprises


def test_a_phase_of_three_quarters_of_an_hour_signs_in_once(later: Any) -> None:
    api = Script()
    user = User(api, "ada@demo.test", "secret")
    for _ in range(45 * 60 // 15):
        assert user.token
        later(15)
    assert api.paths.count("/auth/login") == 1
    assert 9 <= api.paths.count("/auth/refresh") <= 13
