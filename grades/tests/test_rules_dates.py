"""Rules have dates: one version is in force until the next one begins."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as assume
from hypothesis import strategies as st

from grades import rules, services
from grades.domain import (
    EARLIEST,
    GradingRules,
    Misfit,
    RulesVersion,
    Standing,
)
from grades.tests.cast import (
    ADA,
    AUTUMN,
    COURSE,
    MATHS,
    given,
    grade_of,
    waiting,
)
from luca.kernel import clock
from luca.kernel.errors import Conflict, Invalid, NotFound
from luca.kernel.ids import PeriodId
from tenants import services as tenants
from tenants.domain import Period, PeriodState

WHOLE, TENTHS = {"places": 0}, {"places": 1}
NOON = datetime(2026, 10, 5, 18, tzinfo=UTC)  # noon in Mexico City
TODAY, NEXT_WEEK = date(2026, 10, 5), date(2026, 10, 12)
LATE_EVENING = datetime(2026, 10, 12, 3, tzinfo=UTC)  # still the 11th in Mexico City
TWO_AT_NIGHT = datetime(2026, 10, 12, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _noon(north: str) -> Iterator[None]:
    del north
    with clock.stopped(NOON):
        yield


def publish(given: Any, day: date | None = None, *, dry_run: bool = False) -> Any:
    return services.publish_rules(MATHS, given, valid_from=day, dry_run=dry_run)


def listed() -> list[tuple[int, Standing]]:
    found, following = services.rules_page(MATHS, 50, None)
    assert following is None
    return [(one.number, standing) for one, standing in found]


def test_rules_are_in_force_from_their_day_on_in_the_schools_time_zone() -> None:
    publish(WHOLE)
    publish({"places": 2}, NEXT_WEEK)
    assert services.rules_for(MATHS).version == 1
    with clock.stopped(LATE_EVENING):
        assert services.rules_for(MATHS).version == 1
        assert listed() == [(2, Standing.FUTURE), (1, Standing.IN_FORCE)]
    with clock.stopped(TWO_AT_NIGHT):
        assert services.rules_for(MATHS).version == 2
        assert listed() == [(2, Standing.IN_FORCE), (1, Standing.PAST)]


def test_everybody_is_recomputed_when_the_day_of_rules_comes() -> None:
    given(ADA, "87.25")
    services.consolidate()
    done = publish(WHOLE, NEXT_WEEK)
    assert (done.stored, done.standing, done.courses) == (True, Standing.FUTURE, (COURSE,))
    assert services.consolidate().computed == 0
    with clock.stopped(LATE_EVENING):
        assert services.consolidate().computed == 0
    with clock.stopped(TWO_AT_NIGHT):
        tried = services.consolidate(dry_run=True)
        assert (tried.computed, tried.written) == (3, 3)
        assert services.consolidate().written == 3
        assert grade_of().score == Decimal(87)
        assert (services.consolidate().computed, waiting()) == (0, 0)


def test_a_run_of_another_period_does_not_lose_the_day_of_rules() -> None:
    given(ADA, "87.25")
    services.consolidate()
    tenants.save_period(Period(PeriodId("2027-1"), "Spring", date(2027, 1, 7), date(2027, 6, 30)))
    publish(WHOLE, NEXT_WEEK)
    with clock.stopped(TWO_AT_NIGHT):
        services.consolidate(PeriodId("2027-1"))
        services.consolidate()
        assert grade_of().score == Decimal(87)


def test_a_result_of_before_the_day_is_graded_by_the_rules_of_its_day() -> None:
    publish(WHOLE, NEXT_WEEK)
    given(ADA, "87.25")
    services.consolidate()
    assert (grade_of().score, grade_of().rules_version) == (Decimal("87.3"), 0)


def test_a_period_that_is_over_keeps_the_rules_of_its_last_day() -> None:
    given(ADA, "87.25")
    publish(TENTHS, date(2026, 9, 1))
    january = datetime(2027, 1, 11, 18, tzinfo=UTC)
    with clock.stopped(january):
        done = publish(WHOLE, date(2027, 1, 8))
        assert (done.courses, [one.what for one in done.concerns]) == ((), [Misfit.OVER])
        services.consolidate(AUTUMN, close=True)
        assert (grade_of().score, grade_of().rules_version) == (Decimal("87.3"), 1)


def test_rules_without_a_day_are_for_all_that_is_open() -> None:
    given(ADA, "87.25")
    with clock.stopped(datetime(2027, 1, 11, 18, tzinfo=UTC)):
        done = publish(WHOLE)
        assert (done.version.valid_from, done.courses) == (date(2026, 12, 18), (COURSE,))
        services.consolidate()
        assert grade_of().score == Decimal(87)
        assert publish({"places": 2}).version.valid_from == date(2026, 12, 18)


def test_a_closed_period_keeps_the_rules_that_it_was_closed_by() -> None:
    given(ADA, "87.25")
    publish(TENTHS)
    services.consolidate(AUTUMN, close=True)
    assert tenants.period(AUTUMN).state is PeriodState.CLOSED
    done = publish(WHOLE)
    assert done.courses == ()
    services.consolidate()
    assert (grade_of().score, grade_of().rules_version) == (Decimal("87.3"), 1)
    provisional = services.profile(ADA, AUTUMN).courses[0].provisional
    assert (provisional.published, provisional.trace["rules"]["version"]) == (Decimal("87.3"), 1)


def test_a_killed_close_goes_on_with_the_rules_it_began_with(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given(ADA, "87.25")
    publish(TENTHS)
    publish(WHOLE, NEXT_WEEK)
    with monkeypatch.context() as patched:
        patched.setattr("grades.services.consolidation.run._close", _killed)
        with pytest.raises(KeyboardInterrupt):
            services.consolidate(AUTUMN, close=True)
    with clock.stopped(TWO_AT_NIGHT):
        services.consolidate()
        assert tenants.period(AUTUMN).state is PeriodState.CLOSED
        assert grade_of().rules_version == 1


def _killed(_period: PeriodId) -> None:
    raise KeyboardInterrupt


def test_the_order_of_versions_is_the_order_of_dates() -> None:
    publish(TENTHS)
    publish(WHOLE, NEXT_WEEK)
    for day in (date(2026, 10, 11), None):
        with pytest.raises(Conflict) as refusal:
            publish({"places": 2}, day)
        (fault,) = refusal.value.errors
        assert (refusal.value.code, fault.field) == ("rules_order", "valid_from")
        assert "2026-10-12" in fault.message
        assert "version 2" in fault.message
    assert listed() == [(2, Standing.FUTURE), (1, Standing.IN_FORCE)]
    assert publish({"places": 2}, NEXT_WEEK).version.number == 3


@pytest.mark.parametrize("day", [date(1999, 12, 31), date(2101, 1, 1)])
def test_a_day_that_no_school_means_is_refused(day: date) -> None:
    with pytest.raises(Invalid) as refusal:
        publish(WHOLE, day)
    assert refusal.value.errors[0].field == "valid_from"


def test_rules_whose_day_has_not_come_can_be_withdrawn() -> None:
    publish(TENTHS)
    publish(WHOLE, NEXT_WEEK)
    services.withdraw_rules(MATHS, 2, dry_run=True)
    assert listed()[0] == (2, Standing.FUTURE)
    services.withdraw_rules(MATHS, 2)
    assert listed() == [(2, Standing.WITHDRAWN), (1, Standing.IN_FORCE)]
    with clock.stopped(TWO_AT_NIGHT):
        services.consolidate()
        assert services.rules_for(MATHS).version == 1
        assert grade_of().rules_version == 1
    # Its number is not given again, and an earlier day is free again.
    assert publish({"places": 2}, TODAY).version.number == 3


@pytest.mark.parametrize("number", [1, 2])
def test_rules_in_force_or_withdrawn_cannot_be_withdrawn(number: int) -> None:
    publish(TENTHS)
    publish(WHOLE, NEXT_WEEK)
    services.withdraw_rules(MATHS, 2)
    with pytest.raises(Conflict) as refusal:
        services.withdraw_rules(MATHS, number)
    assert refusal.value.code == "rules_in_force"
    with pytest.raises(NotFound):
        services.withdraw_rules(MATHS, 3)


def test_what_is_withdrawn_while_its_day_comes_is_refused_by_the_store(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    publish(WHOLE, NEXT_WEEK)
    seen = services.rules_version(MATHS, 1)
    with clock.stopped(TWO_AT_NIGHT):
        monkeypatch.setattr("grades.services.publishing.rules_version", lambda *_: seen)
        monkeypatch.setattr(
            "grades.services.publishing.today", lambda: date(2026, 10, 11), raising=True
        )
        services.consolidate()
        monkeypatch.undo()
        with pytest.raises(Conflict):
            services.withdraw_rules(MATHS, 1)
        assert services.rules_for(MATHS).version == 1


DAYS = st.lists(st.dates(EARLIEST, date(2030, 1, 1)), max_size=8).map(sorted)


@assume(DAYS, st.dates(EARLIEST, date(2031, 1, 1)), st.sets(st.integers(0, 7)))
def test_in_force_is_the_last_that_began_and_was_not_withdrawn(
    days: list[date], day: date, withdrawn: set[int]
) -> None:
    versions = [
        RulesVersion(
            MATHS,
            GradingRules(version=n + 1),
            begins,
            NOON,
            None,
            withdrawn_at=NOON if n in withdrawn else None,
        )
        for n, begins in enumerate(days)
    ]
    found = rules.in_force(reversed(versions), day)
    begun = [n for n, begins in enumerate(days) if begins <= day and n not in withdrawn]
    assert (found and found.number) == (begun[-1] + 1 if begun else None)
