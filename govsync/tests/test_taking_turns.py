"""The arithmetic of turns, in a time of its own: none too close, none too far, fair shares."""

import heapq
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govsync.rules.pacing import Call, Pace, Rate, Wait, take

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
PACE = Pace(2 * SECOND, SECOND / 25, SECOND * 1.5, 60 * SECOND)
HOUR = 3600 * SECOND


@given(
    st.lists(
        st.tuples(st.floats(0, 5), st.one_of(st.none(), st.floats(-70, 70)), st.booleans()),
        max_size=60,
    ),
    st.sampled_from([0.1, 2, 45, 200]),
)
def test_no_two_calls_come_closer_than_the_interval_and_no_turn_is_far_away(
    story: list[tuple[float, float | None, bool]], interval: float
) -> None:
    """Whatever turns callers claim to have: invented, used twice, late, or lost with a worker."""
    pace = Pace(interval * SECOND, SECOND / 25, SECOND * 1.5, 60 * SECOND)
    now, rate = NOON, Rate()
    calls: list[datetime] = []
    for passed, claimed, dies in story:
        now += passed * SECOND
        found, rate = take(rate, None if claimed is None else now + claimed * SECOND, now, pace)
        if isinstance(found, Call):
            calls += [] if dies else [found.at]
            assert now <= found.at <= now + pace.patience
        elif found.slot is not None:
            assert found.slot <= now + pace.horizon
    assert all(b - a >= pace.interval for a, b in pairwise(calls))


def test_the_first_call_leaves_at_once_and_the_next_after_the_interval() -> None:
    first, rate = take(Rate(), None, NOON, PACE)
    second, rate = take(rate, None, NOON, PACE)

    assert first == Call(NOON + PACE.lead)
    assert second == Wait(PACE.lead + PACE.interval, NOON + PACE.lead + PACE.interval)
    third, _ = take(rate, second.slot, NOON + SECOND, PACE)
    assert third == Call(NOON + PACE.lead + PACE.interval), "it comes back with its turn"


def test_a_turn_that_is_used_twice_is_two_calls_an_interval_apart() -> None:
    slot = NOON + SECOND
    first, rate = take(Rate(slot + PACE.interval), slot, NOON, PACE)
    second, _ = take(rate, slot, NOON, PACE)

    assert first == Call(slot)
    assert isinstance(second, Wait)
    assert second.slot == slot + PACE.interval


@pytest.mark.parametrize("jump", [HOUR, 61 * SECOND + PACE.interval, 24 * HOUR])
def test_a_clock_that_ran_ahead_holds_nobody_up_and_brings_no_calls_together(
    jump: timedelta,
) -> None:
    """The call that it wrote down may have left a moment ago."""
    for poisoned in (Rate(NOON + jump), Rate(NOON + jump, NOON + jump), Rate(NOON, NOON + jump)):
        found, rate = take(poisoned, None, NOON, PACE)
        assert isinstance(found, Wait)
        assert found.slot == NOON + PACE.interval
        assert rate.next_free == NOON + 2 * PACE.interval


def test_a_clock_that_fell_behind_leaves_turns_that_have_passed_unused() -> None:
    found, _ = take(Rate(NOON - HOUR, NOON - HOUR), NOON - HOUR, NOON, PACE)

    assert found == Call(NOON + PACE.lead)


def test_beyond_the_horizon_nothing_is_reserved() -> None:
    full = Rate(NOON + 61 * SECOND, NOON)

    found, rate = take(full, None, NOON, PACE)

    assert found == Wait(SECOND)
    assert rate == full


def played(busy: dict[str, float], work: dict[str, int]) -> list[tuple[datetime, str, datetime]]:
    """Schools that work on one batch at a time: when each called, and when it had asked."""
    left, rate, calls = dict(work), Rate(), list[tuple[datetime, str, datetime]]()
    waiting: list[tuple[datetime, str, datetime, datetime | None]] = [
        (NOON, one, NOON, None) for one in left
    ]
    while waiting:
        now, school, asked, slot = heapq.heappop(waiting)
        found, rate = take(rate, slot, now, PACE)
        if isinstance(found, Wait):
            back = now + max(found.span - SECOND / 2, SECOND / 10)
            heapq.heappush(waiting, (back, school, asked, found.slot))
            continue
        calls.append((found.at, school, asked))
        left[school] -= 1
        again = found.at + busy[school] * SECOND
        if left[school]:
            heapq.heappush(waiting, (again, school, again, None))
    return sorted(calls)


WORK = {"village": 10, "town": 60, "city": 400}


@pytest.mark.parametrize("busy", [(0.1, 0.1, 0.1), (0.05, 1.0, 1.9), (1.9, 0.2, 0.2)])
def test_schools_of_any_size_get_equal_shares_while_they_have_work(
    busy: tuple[float, float, float],
) -> None:
    """Each needs less than an interval between an answer and its next batch."""
    calls = played(dict(zip(WORK, busy, strict=True)), WORK)

    assert all(b[0] - a[0] >= PACE.interval for a, b in pairwise(calls))
    three = Counter(school for _, school, _ in calls[:30])
    assert max(three.values()) - min(three.values()) <= 1
    two = Counter(school for _, school, _ in calls[31:130])
    assert two["village"] == 0
    assert abs(two["town"] - two["city"]) <= 1
    assert calls[129][0] - calls[0][0] <= 131 * PACE.interval, "no turn is lost"


@pytest.mark.parametrize("slow", [0.1, 3.5, 30, 120])
def test_whoever_asks_waits_for_a_call_or_two_of_each_other_school(slow: float) -> None:
    """The authority may take two minutes over one school's batch and none over another's."""
    calls = played({"village": 0.1, "town": 1.0, "city": slow}, WORK | {"city": 20})

    for at, school, asked in calls:
        before = Counter(other for then, other, _ in calls if asked < then < at)
        del before[school]
        assert not before or max(before.values()) <= 2, "one was on its way already"
        assert at - asked <= 3 * PACE.interval + SECOND
