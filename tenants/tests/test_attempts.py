"""Guessing is limited: per account, over all processes, whether or not there is an account."""

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest

from luca.aws import store
from luca.kernel import clock
from luca.kernel.errors import Invalid, TooMany, Unauthenticated, Unavailable
from luca.localaws.embedded import Embedded
from tenants import keys
from tenants.models import AttemptsRow
from tenants.services import attempts
from tenants.services.attempts import Kind, limited
from tenants.tests.signing import PASSWORD, Somebody

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def account() -> str:
    return f"{secrets.token_hex(6)}@norte.example"


@pytest.fixture
def later() -> Iterator[Any]:
    """Stop the clock, and move it on when asked to: whoever counts seconds to wait needs it."""
    moment = clock.now()
    with ExitStack() as stack:
        stack.enter_context(clock.stopped(moment))

        def move(seconds: float) -> None:
            nonlocal moment
            moment += timedelta(seconds=seconds)
            stack.enter_context(clock.stopped(moment))

        yield move


def wrong() -> None:
    raise Unauthenticated("wrong")


def guess(account: str, kind: Kind = Kind.PASSWORD, address: str = "") -> float:
    """A wrong guess; the seconds that it must wait, or 0 when it was heard."""
    try:
        with limited(account, kind, address):
            wrong()
    except TooMany as refusal:
        return refusal.wait or -1
    except Unauthenticated:
        return 0
    return -1


def test_after_five_failures_the_waits_grow_to_a_quarter_of_an_hour(
    account: str, later: Any
) -> None:
    assert [guess(account) for _ in range(5)] == [0] * 5
    for wait in (30, 60, 120, 240, 480, 900, 900, 900):
        assert guess(account) == wait
        later(wait - 1)
        assert guess(account) == 1, "a refused attempt does not lengthen the wait"
        later(1)
        assert guess(account) == 0


def test_an_hour_after_the_last_failure_all_is_forgotten(account: str, later: Any) -> None:
    for _ in range(5):
        guess(account)
    later(30 + 3600)
    assert [guess(account) for _ in range(6)] == [0] * 5 + [30]


@pytest.mark.usefixtures("later")
def test_a_success_forgets_the_failures_before_it(account: str) -> None:
    for _ in range(4):
        guess(account)
    with limited(account, Kind.PASSWORD):
        pass
    assert [guess(account) for _ in range(6)] == [0] * 5 + [30]


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize("failures", [0, 3])
def test_a_pool_that_is_away_costs_nobody_an_attempt(account: str, failures: int) -> None:
    for _ in range(failures):
        guess(account)
    for _ in range(9):
        with pytest.raises(Unavailable), limited(account, Kind.PASSWORD):
            raise Unavailable("away")
    assert [guess(account) for _ in range(6 - failures)][-1] == 30


@pytest.mark.usefixtures("later")
def test_kinds_and_accounts_are_counted_apart(account: str) -> None:
    for _ in range(5):
        guess(account, Kind.RESET)
    assert guess(account, Kind.RESET) == 30
    assert guess(account, Kind.PASSWORD) == 0
    assert guess(f"x{account}", Kind.RESET) == 0


@pytest.mark.usefixtures("later")
def test_a_wrong_answer_of_another_kind_counts_too(account: str) -> None:
    for _ in range(5):
        with pytest.raises(Invalid), limited(account, Kind.RESET):
            raise Invalid("wrong code")
    assert guess(account, Kind.RESET) == 30


def test_mail_is_sent_three_times_and_then_seldom(account: str, later: Any) -> None:
    def send() -> float:
        try:
            attempts.count_mail(account)
        except TooMany as refusal:
            return refusal.wait or 0
        return 0

    assert [send() for _ in range(4)] == [0, 0, 0, 300]
    later(300)
    assert [send(), send()] == [0, 900]


def test_any_number_of_guesses_at_once_are_counted_one_by_one(account: str) -> None:
    with ThreadPoolExecutor(24) as threads:
        waits = list(threads.map(lambda _: guess(account), range(48)))
    assert waits.count(0) == 5
    row = store.get(AttemptsRow, keys.attempts(account), "PASSWORD", consistent=True)
    assert row is not None
    assert row.tries == 5


@pytest.mark.parametrize("kind", [Kind.PASSWORD, Kind.RESET])
def test_who_guesses_for_hours_locks_nobody_out_at_another_address(
    account: str, later: Any, kind: Kind
) -> None:
    for _ in range(40):
        later(guess(account, kind, "203.0.113.9"))
    assert max(guess(account, kind, "203.0.113.9") for _ in range(2)) == 900

    with limited(account, kind, "198.51.100.4"):
        pass


def test_all_addresses_together_have_so_many_guesses_an_hour(account: str, later: Any) -> None:
    begun = clock.now()
    later(3600 - begun.timestamp() % 3600 + 60)  # a minute into an hour
    for n in range(attempts.HOURLY):
        assert guess(account, address=f"198.51.100.{n}") == 0
    assert guess(account, address="203.0.113.1") == 3540
    assert guess(account, Kind.RESET, "203.0.113.1") == 0
    later(3540)
    assert guess(account, address="203.0.113.1") == 0


def test_who_must_wait_uses_up_nothing_of_the_others(account: str, later: Any) -> None:
    assert later(3600 - clock.now().timestamp() % 3600) is None
    heard = [guess(account, address="203.0.113.9") for _ in range(attempts.HOURLY * 2)]
    assert heard.count(0) == 5
    assert guess(account, address="198.51.100.4") == 0


def test_a_stranger_does_not_keep_somebody_from_signing_in(
    aws: Embedded, school: str, settings: Any
) -> None:
    settings.PROXIES = 1
    ada = Somebody(aws, school, "ada").known("student")

    def sign_in(address: str, password: str) -> int:
        body = {"email": ada.email, "password": password}
        return int(ada.post("/auth/login", body, **{"X-Forwarded-For": address}).status_code)

    guesses = [sign_in("203.0.113.9", "No-Era-Esta-1") for _ in range(6)]
    assert guesses == [401] * 5 + [429]
    assert sign_in("203.0.113.9", PASSWORD) == 429
    assert sign_in("198.51.100.4", PASSWORD) == 200


def test_the_table_does_not_say_whose_attempts_they_are(account: str) -> None:
    guess(account)
    row = store.get(AttemptsRow, keys.attempts(account), "PASSWORD", consistent=True)
    assert row is not None
    assert row.ttl is not None
    assert account.partition("@")[0] not in str(row.serialize())


def test_over_http_known_and_unknown_wait_alike(aws: Embedded, school: str) -> None:
    known = Somebody(aws, school, "ada").known("student")
    unknown = Somebody(aws, school, "nobody")
    answers = {}
    for who in (known, unknown):
        answers[who.person] = [who.sign_in("No-Era-Esta-1") for _ in range(6)]
        assert [one.status_code for one in answers[who.person]] == [401] * 5 + [429]
        last = answers[who.person][-1]
        assert 0 < int(last["Retry-After"]) <= 30
        assert last.json()["code"] == "too_many_attempts"
        assert who.sign_in().status_code == 429, "the right password waits too"
    assert answers["ada"][-1].content == answers["nobody"][-1].content
