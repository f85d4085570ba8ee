"""The pool's keys: fetched once, again when they rotate, and kept while the pool is away."""

import json
from concurrent.futures import ThreadPoolExecutor, wait
from threading import Event

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from luca.api.keys import FLOOR, OLD, RETRY, Keys
from luca.api.tests.conftest import KID, jwk
from luca.api.tests.test_tokens import STRANGER, Time
from luca.kernel.errors import Unavailable


class Pool:
    """A key set that can rotate and go away, and counts how often it is asked."""

    def __init__(self) -> None:
        self.keys = [jwk()]
        self.asked = 0
        self.away = False
        self.text = b""

    def __call__(self, _url: str) -> bytes:
        self.asked += 1
        if self.away:
            raise ValueError("The key set answered 502.")
        return self.text or json.dumps({"keys": self.keys}).encode()


def test_keys_are_fetched_once_and_again_when_they_rotate() -> None:
    pool, time = Pool(), Time()
    held = Keys("u", fetch=pool, ticks=time)
    assert held.get(KID)
    assert held.get(KID)
    assert pool.asked == 1

    pool.keys = [jwk(STRANGER, kid="key-2")]
    time.now += FLOOR
    assert held.get("key-2")
    assert held.get(KID) is None


def test_unknown_keys_cannot_make_us_flood_the_pool() -> None:
    pool, time = Pool(), Time()
    held = Keys("u", fetch=pool, ticks=time)

    assert [held.get(f"invented-{n}") for n in range(500)] == [None] * 500
    assert pool.asked == 1
    time.now += FLOOR
    held.get("invented")
    assert pool.asked == 2


def test_an_unreachable_pool_is_our_trouble_and_not_the_callers_fault() -> None:
    pool, time = Pool(), Time()
    held = Keys("u", fetch=pool, ticks=time)
    pool.away = True

    for _ in range(3):
        with pytest.raises(Unavailable):
            held.get(KID)
    assert pool.asked == 1

    pool.away = False
    time.now += RETRY
    assert held.get(KID)


def test_known_keys_stay_good_while_the_pool_is_away() -> None:
    pool, time = Pool(), Time()
    held = Keys("u", fetch=pool, ticks=time)
    held.get(KID)
    pool.away = True

    time.now += OLD + 1
    assert held.get(KID)
    with pytest.raises(Unavailable):
        held.get("key-2")


def test_whoever_has_a_known_key_does_not_wait_for_a_pool_that_is_slow() -> None:
    pool, time = Pool(), Time()
    asked, answered = Event(), Event()

    def slow(url: str) -> bytes:
        if pool.asked:
            asked.set()
            answered.wait(60)
        return pool(url)

    held = Keys("u", fetch=slow, ticks=time)
    held.get(KID)
    time.now += OLD + 1

    with ThreadPoolExecutor() as threads:
        renewing = threads.submit(held.get, KID)
        assert asked.wait(60)
        other = threads.submit(held.get, KID)
        done, _ = wait([other], timeout=30)
        answered.set()
        assert other in done
        assert renewing.result() is not None
    assert pool.asked == 2


def test_a_pool_that_is_slow_to_fail_is_left_alone_before_it_is_asked_again() -> None:
    pool, time = Pool(), Time()

    def slow(url: str) -> bytes:
        time.now += RETRY * 2
        return pool(url)

    held = Keys("u", fetch=slow, ticks=time)
    pool.away = True
    for _ in range(3):
        with pytest.raises(Unavailable):
            held.get(KID)
    assert pool.asked == 1


@pytest.mark.parametrize(
    "text", [b"<html>", b"[]", b"{}", b'{"keys": 1}', b'{"keys": [1]}', b"\xff"]
)
def test_a_key_set_that_is_none_counts_as_unreachable(text: bytes) -> None:
    pool = Pool()
    pool.text = text

    with pytest.raises(Unavailable):
        Keys("u", fetch=pool, ticks=Time()).get(KID)


def test_only_keys_that_sign_rs256_safely_are_kept() -> None:
    small = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 -- must be refused
    pool = Pool()
    pool.keys = [
        jwk(kid="encrypts", use="enc"),
        jwk(kid="other", alg="RS512"),
        jwk(small, kid="small"),
        {"kty": "oct", "kid": "secret", "k": "AAAA"},
        {"kty": "RSA", "kid": "broken"},
        jwk(),
    ]
    held = Keys("u", fetch=pool, ticks=Time())

    found = {
        kid for kid in ("encrypts", "other", "small", "secret", "broken", KID) if held.get(kid)
    }
    assert found == {KID}
