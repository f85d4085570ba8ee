import pytest

from luca.kernel import context
from luca.kernel.errors import NoSchool
from tenants.services.cached import LINKS, PERIOD, Remembered
from tenants.services.schools import GRACE


class Time:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_fact_is_remembered_for_so_long_and_no_longer() -> None:
    time = Time()
    facts: Remembered[str] = Remembered(30, ticks=time)
    with context.entered(school="north"):
        assert facts.fetch("ada", lambda: "1a") == "1a"
        time.now = 29.9
        assert facts.fetch("ada", lambda: "1b") == "1a"
        time.now = 30
        assert facts.fetch("ada", lambda: "1b") == "1b"


def test_a_slow_read_does_not_make_a_fact_younger() -> None:
    time = Time()
    facts: Remembered[str] = Remembered(30, ticks=time)

    def slow() -> str:
        time.now = 20
        return "1a"

    with context.entered(school="north"):
        facts.fetch("ada", slow)
        time.now = 30
        assert facts.get("ada") is None


def test_what_does_not_exist_is_asked_again() -> None:
    facts: Remembered[str] = Remembered(30)
    with context.entered(school="north"):
        assert facts.fetch("ada", lambda: None) is None
        assert facts.fetch("ada", lambda: "1a") == "1a"


def test_a_full_memory_forgets_the_oldest() -> None:
    facts: Remembered[int] = Remembered(30, largest=2)
    with context.entered(school="north"):
        for n in range(3):
            facts.put(n, n, facts.expiry())
        assert [facts.get(n) for n in range(3)] == [None, 1, 2]
        facts.forget(1)
        assert facts.get(1) is None


def test_schools_remember_apart_and_nothing_is_remembered_outside_one() -> None:
    facts: Remembered[str] = Remembered(30)
    with context.entered(school="north"):
        facts.put("ada", "1a", facts.expiry())
    with context.entered(school="south"):
        assert facts.get("ada") is None
    with pytest.raises(NoSchool):
        facts.get("ada")


def test_closing_outlasts_memory_and_nothing_is_remembered_for_over_half_a_minute() -> None:
    assert GRACE.total_seconds() >= PERIOD + 5
    assert LINKS <= 30
