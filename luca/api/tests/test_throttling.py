"""Nobody asks faster than their share, and nobody is held back who does not."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.test import Client, RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from luca.api import throttling
from luca.api.tests.conftest import bearer
from luca.api.throttling import SECONDS, Limit, Pace
from luca.api.verifying import Principal
from luca.kernel.errors import TooMany
from luca.kernel.ids import PersonId, SchoolId

GAPS = st.lists(st.floats(0, 3, allow_nan=False), min_size=1, max_size=200)


class Time:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def paced(rate: float, time: Time, largest: int = 100) -> Pace:
    return Pace(Limit("person", rate), ticks=time, largest=largest)


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    throttling.pace.cache_clear()
    yield
    throttling.pace.cache_clear()


@given(gaps=GAPS, rate=st.floats(0.5, 50))
def test_in_no_stretch_of_time_more_pass_than_the_rate_and_what_was_saved_up(
    gaps: list[float], rate: float
) -> None:
    time = Time()
    pace, passed = paced(rate, time), []
    for gap in gaps:
        time.now += gap
        if not pace.wait("ada"):
            passed.append(time.now)
    for n, begin in enumerate(passed):
        for m, end in enumerate(passed[n:]):
            assert m + 1 <= (end - begin + SECONDS) * rate + 1e-6


@given(rate=st.floats(0.5, 50), count=st.integers(1, 100))
def test_who_keeps_to_the_rate_is_never_held_back(rate: float, count: int) -> None:
    time = Time()
    pace = paced(rate, time)
    for _ in range(count):
        assert pace.wait("ada") == 0
        time.now += 1 / rate * 1.000001


def test_who_waits_as_long_as_told_passes() -> None:
    time = Time()
    pace = paced(2, time)
    waits = [pace.wait("ada") for _ in range(11)]
    assert waits[:10] == [0] * 10
    assert waits[10] == pytest.approx(0.5)

    time.now += waits[10] + 1e-9
    assert pace.wait("ada") == 0


def test_one_callers_haste_costs_nobody_else() -> None:
    pace = paced(1, Time())
    for _ in range(50):
        pace.wait("ada")

    assert pace.wait("blas") == 0
    with pytest.raises(TooMany):
        pace.check("ada")


def test_what_is_remembered_is_bounded() -> None:
    pace = paced(1, Time(), largest=10)
    for n in range(1000):
        pace.wait(f"caller-{n}")

    assert len(pace._ahead) == 10


def test_threads_do_not_pass_more_than_one_would() -> None:
    pace = paced(8, Time())
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: pace.wait("ada"), range(2000)))

    assert waits.count(0) == 40


def test_too_many_requests_are_told_when_to_come_back(api: Client, settings: Any) -> None:
    settings.PERSON_RATE = 1
    answers = [api.get("/who", headers=bearer()) for _ in range(7)]

    assert [one.status_code for one in answers[:5]] == [200] * 5
    assert answers[6].status_code == 429
    assert answers[6].json()["code"] == "too_many_requests"
    assert 1 <= int(answers[6]["Retry-After"]) <= 5
    other = bearer(**{"custom:person_id": "tomas"})
    assert api.get("/who", headers=other).status_code == 200


def test_who_is_refused_for_the_group_has_asked_too(api: Client, settings: Any) -> None:
    settings.PERSON_RATE = 1
    ada = bearer(**{"cognito:groups": ["student"], "custom:person_id": "ada"})

    answers = [api.get("/students/ada", headers=ada).status_code for _ in range(7)]

    assert answers[:5] == [403] * 5
    assert answers[6] == 429


def test_a_school_has_a_limit_of_its_own(api: Client, settings: Any) -> None:
    settings.SCHOOL_RATE = 1

    def ask(school: str) -> list[int]:
        claims = [{"custom:school_id": school, "custom:person_id": f"p{n}"} for n in range(7)]
        return [api.get("/who", headers=bearer(**one)).status_code for one in claims]

    assert 429 in ask("north")
    assert api.get("/who", headers=bearer(**{"custom:school_id": "south"})).status_code == 200


def test_probes_are_not_limited(api: Client, settings: Any) -> None:
    settings.ADDRESS_RATE, settings.ROOT_URLCONF = 0.2, "luca.urls"

    assert {api.get("/healthz").status_code for _ in range(20)} == {200}


@pytest.mark.parametrize(
    ("proxies", "header", "seen"),
    [
        (0, "", "10.0.0.9"),
        (0, "1.2.3.4", "10.0.0.9"),
        (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        (2, "6.6.6.6, 1.2.3.4, 10.1.1.1", "1.2.3.4"),
        (2, "1.2.3.4", "10.0.0.9"),
        (1, "", ""),
        (1, "2001:db8:1:2:3::9", "2001:db8:1:2::/64"),  # all of one household
        (1, "2001:db8:1:2:ffff::1%eth0", "2001:db8:1:2::/64"),
        (1, "::ffff:1.2.3.4", "1.2.3.4"),
        (1, "unknown", "unknown"),
    ],
)
def test_an_address_that_a_caller_invents_is_not_believed(
    settings: Any, proxies: int, header: str, seen: str
) -> None:
    settings.PROXIES = proxies
    headers = {"X-Forwarded-For": header} if header else {}
    request = RequestFactory().get("/auth/login", headers=headers, REMOTE_ADDR="10.0.0.9")

    assert throttling.address(request) == (seen or "10.0.0.9")


def test_when_all_students_of_a_large_school_hand_in_at_once_none_is_refused() -> None:
    for number in range(5000):
        student = Principal(PersonId(f"s{number}"), SchoolId("north"), frozenset({"student"}))
        throttling.check_caller(student)

    ada = Principal(PersonId("s1"), SchoolId("south"), frozenset({"student"}))
    with pytest.raises(TooMany):  # and yet one who would not stop is
        for _ in range(5000):
            throttling.check_caller(ada)
