"""When a run will end, as arithmetic."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from govsync.domain import State
from govsync.rules import Known, forecast, next_step

BEGAN = datetime(2026, 12, 21, 14, tzinfo=UTC)
HOUR = timedelta(hours=1)
HOURS_47 = 47 * 3600.0
START = Known(
    now=BEGAN,
    started=BEGAN,
    budget=HOURS_47,
    batches=500,
    records=50_000,
    interval=2,
    schools=1,
)


def after(seconds: float) -> datetime:
    return BEGAN + timedelta(seconds=seconds)


def every(seconds: float, times: int) -> list[datetime]:
    return [after(seconds * n) for n in range(times)]


def test_before_anything_was_sent_the_share_of_the_rate_says_when() -> None:
    found = forecast(replace(START, schools=3))

    calls = 500 + 50
    assert found.deadline == BEGAN + 47 * HOUR
    assert (found.earliest, found.likely) == (after(calls * 2), after(calls * 6))
    assert not found.at_risk


def test_as_soon_as_enough_was_seen_the_pace_says_when() -> None:
    seen = every(10, 41)
    found = forecast(replace(START, now=seen[-1], finished=seen, batches=100, records=0))

    assert found.seconds_per_batch == 10
    assert found.likely == seen[-1] + timedelta(seconds=1000)


def test_nobody_can_say_before_the_snapshot_is_complete() -> None:
    found = forecast(replace(START, batches=None))

    assert (found.earliest, found.likely, found.latest) == (None, None, None)
    assert not found.at_risk
    assert forecast(replace(START, batches=None, now=BEGAN + 48 * HOUR)).at_risk


def test_an_outage_that_is_over_does_not_count_for_what_is_to_come_but_widens_the_range() -> None:
    seen = [*every(2, 20), *(at + 6 * HOUR for at in every(2, 20)[1:])]
    found = forecast(replace(START, now=seen[-1], finished=seen))

    assert found.seconds_per_batch == 2
    assert found.latest is not None
    assert found.latest - seen[-1] > 6 * HOUR
    assert not found.at_risk


def test_a_paused_authority_puts_everything_off() -> None:
    until = BEGAN + 5 * HOUR

    assert forecast(replace(START, waits_until=until)).earliest == until + timedelta(seconds=1100)


@pytest.mark.parametrize(
    ("now", "at_risk", "safe"),
    [(0, False, True), (40, False, True), (44, False, False), (46, True, False), (50, True, False)],
)
def test_a_deadline_is_at_risk_when_what_is_left_no_longer_fits(
    now: int,
    at_risk: bool,  # noqa: FBT001 -- a table's column
    safe: bool,  # noqa: FBT001 -- a table's column
) -> None:
    """Of 47 hours, 2.75 are needed; it is safe again only with a tenth of the rest to spare."""
    found = forecast(replace(START, now=BEGAN + now * HOUR, interval=18))

    assert (found.at_risk, found.safe) == (at_risk, safe)


spans = some.floats(0, 1000)
knowledge = some.builds(
    Known,
    now=some.integers(0, 100).map(lambda h: BEGAN + h * HOUR),
    started=some.just(BEGAN),
    budget=some.just(HOURS_47),
    batches=some.integers(0, 10_000),
    records=some.integers(0, 1_000_000),
    interval=some.floats(0, 60),
    schools=some.integers(0, 500),
    finished=some.lists(some.integers(0, 100_000), max_size=50).map(
        lambda all_of: [after(n) for n in sorted(all_of)]
    ),
    waits_until=some.none() | some.integers(0, 100).map(lambda h: BEGAN + h * HOUR),
)


@given(knowledge)
def test_the_likely_end_lies_in_the_range_and_the_range_in_the_future(known: Known) -> None:
    found = forecast(known)

    assert found.earliest is not None
    assert found.likely is not None
    assert found.latest is not None
    assert known.now <= found.earliest <= found.likely <= found.latest
    assert not (found.at_risk and found.safe)


@given(knowledge, some.integers(0, 1000))
def test_more_to_send_never_ends_sooner(known: Known, more: int) -> None:
    assert known.batches is not None
    fewer, longer = forecast(known), forecast(replace(known, batches=known.batches + more))

    assert longer.likely is not None
    assert fewer.likely is not None
    assert longer.likely >= fewer.likely
    assert longer.at_risk >= fewer.at_risk


@given(knowledge, some.integers(0, 100))
def test_a_later_execution_gets_no_new_time(known: Known, hours: int) -> None:
    later = replace(known, now=known.now + hours * HOUR)

    assert forecast(later).deadline == forecast(known).deadline


@pytest.mark.parametrize("state", State)
def test_every_state_has_a_next_step_in_both_languages(state: State) -> None:
    found = next_step(state)

    assert found.code not in {"", "look"}
    assert found.advice.es != found.advice.en
