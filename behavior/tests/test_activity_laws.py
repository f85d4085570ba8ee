"""Laws of counting, over whatever may have happened around a day on which clocks change."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from behavior import rules
from behavior.domain import Happening
from luca.kernel import clock, days

ZONES = ("America/Mexico_City", "America/Tijuana", "America/Santiago", "America/Havana")
BEGINS = datetime(2026, 10, 25, tzinfo=UTC)
LAST, DAYS = date(2026, 11, 7), 10  # with the Sunday on which Tijuana's clocks go back

zones = st.sampled_from(ZONES).map(ZoneInfo)
# By quarters of an hour, so that many are on an edge, and some a millisecond before one.
instants = st.builds(
    lambda quarters, before: BEGINS + timedelta(minutes=15 * quarters, milliseconds=-before),
    st.integers(0, 96 * 15),
    st.integers(0, 1),
)
happenings = st.builds(
    Happening,
    st.sampled_from(["login", "quiz_completed", "conduct"]),
    instants.map(clock.stamp),
    st.integers(1, 1_000_000),
)
many = st.lists(happenings, max_size=60)


def counted(found: list[Happening], edges: list[datetime]) -> list[rules.Activity]:
    stretches = rules.Stretches(edges)
    for one in found:
        stretches.count(one)
    return stretches.parts


def over(found: list[Happening]) -> rules.Activity:
    total = rules.Activity()
    for one in found:
        total.count(one)
    return total


@given(many, zones)
def test_days_sum_to_the_total_of_what_lies_in_them(found: list[Happening], zone: ZoneInfo) -> None:
    edges = days.days(LAST, DAYS, zone)
    first, end = clock.stamp(edges[0]), clock.stamp(edges[-1])
    within = [one for one in found if first <= one.time < end]
    assert rules.together(counted(found, edges)) == over(within)


@given(many, zones)
def test_each_day_counts_what_the_clocks_of_the_school_showed(
    found: list[Happening], zone: ZoneInfo
) -> None:
    shown = Counter(clock.parse(one.time).astimezone(zone).date() for one in found)
    parts = counted(found, days.days(LAST, DAYS, zone))
    dates = [LAST - n * days.DAY for n in reversed(range(DAYS))]
    assert [part.events for part in parts] == [shown[day] for day in dates]


@given(many, zones, st.sampled_from([date(2026, 11, 1), date(2026, 11, 2)]))
def test_the_hours_of_a_day_sum_to_the_day(
    found: list[Happening], zone: ZoneInfo, day: date
) -> None:
    (whole,) = counted(found, days.days(day, 1, zone))
    assert rules.together(counted(found, days.hours(day, zone))) == whole


@given(st.lists(many, max_size=5), zones)
def test_a_class_is_the_sum_of_its_members(members: list[list[Happening]], zone: ZoneInfo) -> None:
    edges = days.hours(date(2026, 11, 1), zone)
    hours = [counted(own, edges) for own in members]
    everybody = counted([one for own in members for one in own], edges)
    assert [rules.together(hour) for hour in zip(*hours, strict=True)] == (
        everybody if hours else []
    )
    assert rules.together(map(rules.together, hours)) == rules.together(everybody)


@given(many.flatmap(lambda found: st.tuples(st.just(found), st.permutations(found))))
def test_the_order_of_events_changes_nothing(both: tuple[list[Happening], list[Happening]]) -> None:
    edges = days.days(LAST, DAYS, ZoneInfo("America/Tijuana"))
    one, other = (counted(found, edges) for found in both)
    assert one == other


@given(many)
def test_types_sum_to_the_total(found: list[Happening]) -> None:
    total = over(found)
    assert total.events == sum(one.events for one in total.types.values()) == len(found)
    assert total.quantity == sum(one.quantity for one in total.types.values())
    assert (total.first is None) == (not found)
    assert all(str(total.first) <= one.time <= str(total.last) for one in found)
