"""What a class does in a day and a student in a month. The cast is in school_days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from behavior import services
from behavior.tests import deliveries
from behavior.tests.school_days import (
    ANA,
    CARLA,
    EVA,
    FIRST_A,
    LUIS,
    NOW,
    TODAY,
    acting,
    ago,
    at,
    counts,
    found_school,
    happen,
    own,
)
from luca.kernel import clock, context, days
from luca.kernel.errors import Invalid, NotFound
from luca.kernel.ids import GroupId, uuid7
from tenants import services as tenants
from tenants.domain import Group

if TYPE_CHECKING:
    from behavior.rules import Activity


def by_type(found: Activity) -> dict[str, tuple[int, int]]:
    return {name: (one.events, one.quantity) for name, one in found.types.items()}


def active_days(found: services.StudentDays) -> dict[str, tuple[int, int]]:
    return {day.isoformat(): counts(own) for day, own in found.days if own.events}


@pytest.mark.usefixtures("liceo")
def test_a_class_is_shown_member_by_member_in_the_order_of_names() -> None:
    quiz = {"type": "quiz_completed", "quantity": 3}
    happen(ANA, at("2026-11-21T15:05:00Z", **quiz), at("2026-11-21T17:00:00Z"))
    happen(ANA, at("2026-11-21T15:01:00Z"))
    happen(LUIS, at("2026-11-21T15:30:00Z", **quiz))
    happen(CARLA, at("2026-11-21T15:30:00Z"))  # of another group

    found = services.class_day(FIRST_A)

    assert found.day == TODAY
    assert found.as_of == NOW
    assert [student.family_name for student, _ in found.members] == ["Álvarez", "Núñez", "Zúñiga"]
    luis, eva, ana = (own for _, own in found.members)
    assert by_type(ana) == {"login": (2, 2), "quiz_completed": (1, 3)}
    assert (ana.first, ana.last) == ("2026-11-21T15:01:00.000Z", "2026-11-21T17:00:00.000Z")
    assert by_type(luis) == {"quiz_completed": (1, 3)}
    assert (counts(eva), eva.first, eva.last) == ((0, 0), None, None)
    assert by_type(found.total) == {"login": (2, 2), "quiz_completed": (2, 6)}
    hours = {n: counts(hour) for n, hour in enumerate(found.hours) if hour.events}
    assert hours == {9: (3, 7), 11: (1, 1)}  # of Mexico City
    assert len(found.hours) == 24


@pytest.mark.usefixtures("liceo")
def test_a_month_of_a_student_has_every_day_also_those_on_which_nothing_happened() -> None:
    happen(ANA, at("2026-11-21T15:00:00Z", quantity=4), at("2026-11-03T15:00:00Z", type="quiz"))
    happen(ANA, at("2026-10-23T06:00:00Z"), at("2026-10-23T05:59:59.999Z"))  # the 30th, the 31st

    found = services.student_days(ANA)

    dates = [TODAY - timedelta(days=n) for n in reversed(range(30))]
    assert [day for day, _ in found.days] == dates
    assert active_days(found) == {"2026-10-23": (1, 1), "2026-11-03": (1, 1), "2026-11-21": (1, 4)}
    assert by_type(found.total) == {"login": (2, 5), "quiz": (1, 1)}
    assert [day.isoformat() for day, _ in services.student_days(ANA, 2).days] == [
        *("2026-11-20", "2026-11-21"),
    ]
    assert counts(services.student_days(EVA).total) == (0, 0)


@pytest.mark.usefixtures("liceo")
def test_midnight_begins_a_day() -> None:
    happen(
        ANA,
        at("2026-11-20T23:59:59.999-06:00", quantity=1),
        at("2026-11-21T00:00:00-06:00", quantity=10),
        at("2026-11-21T23:59:59.999-06:00", quantity=100),
        at("2026-11-22T00:00:00-06:00", quantity=1000),
        received=NOW + timedelta(days=2),
    )
    assert own(services.class_day(FIRST_A))[ANA] == (2, 110)
    assert own(services.class_day(FIRST_A, date(2026, 11, 20)))[ANA] == (1, 1)
    assert active_days(services.student_days(ANA)) == {"2026-11-20": (1, 1), "2026-11-21": (2, 110)}


CHANGES = [
    ("America/Tijuana", "2026-03-08", 23),
    ("America/Tijuana", "2026-11-01", 25),
    ("America/Santiago", "2026-09-06", 23),  # its clocks go from 23:59 to 1:00
    ("America/Santiago", "2026-04-04", 25),  # the hour before midnight comes twice
    ("America/Havana", "2026-11-01", 25),  # midnight comes twice
]


@pytest.mark.parametrize(("zone", "day", "hours"), CHANGES)
def test_a_day_on_which_clocks_change_has_all_its_hours(
    school: str, zone: str, day: str, hours: int
) -> None:
    """One event a minute before each hour is over, and one on the stroke of midnight."""
    when = date.fromisoformat(day)
    begins = days.midnight(when, ZoneInfo(zone))
    with clock.stopped(begins + timedelta(hours=hours + 1)):  # of the next day
        found_school(school, zone)
        happen(
            ANA,
            *(
                at(clock.stamp(begins + timedelta(minutes=60 * n + 59)))
                for n in range(-1, hours + 1)
            ),
        )
        happen(ANA, at(clock.stamp(begins)), received=clock.now() + timedelta(hours=1))

        found = services.class_day(FIRST_A, when)
        month = services.student_days(ANA, 3)

    assert [counts(hour) for hour in found.hours] == [(2, 2), *[(1, 1)] * (hours - 1)]
    assert [counts(one) for _, one in month.days] == [(1, 1), (hours + 1, hours + 1), (1, 1)]


@pytest.mark.usefixtures("liceo")
def test_an_event_counts_at_its_own_time_and_not_at_that_of_its_id() -> None:
    before, after = "2026-11-20T23:58:00-06:00", "2026-11-21T00:02:00-06:00"
    late = uuid7(datetime.fromisoformat(after))
    early = uuid7(datetime.fromisoformat(before))
    happen(ANA, at(before, event_id=late, quantity=1), at(after, event_id=early, quantity=10))

    assert own(services.class_day(FIRST_A))[ANA] == (1, 10)
    assert own(services.class_day(FIRST_A, date(2026, 11, 20)))[ANA] == (1, 1)
    assert active_days(services.student_days(ANA)) == {"2026-11-20": (1, 1), "2026-11-21": (1, 10)}
    midnight = datetime.fromisoformat("2026-11-21T00:00:00-06:00")
    assert services.totals(ANA, midnight, NOW).quantity == 10


@pytest.mark.usefixtures("liceo")
def test_what_has_expired_is_absent() -> None:
    happen(ANA, at(ago(days=31)), received=NOW - timedelta(days=31))
    happen(ANA, at(ago(days=31)))  # of that day, but received today
    day = (NOW - timedelta(days=31)).date()

    assert own(services.class_day(FIRST_A, day))[ANA] == (1, 1)


def test_an_hour_of_the_oldest_day_may_have_expired_after_clocks_went_back(school: str) -> None:
    """Events are kept for 30 days of 24 hours, and these 30 days have an hour more."""
    evening = datetime.fromisoformat("2026-11-21T23:30:00-08:00")
    with clock.stopped(evening):
        found_school(school, "America/Tijuana")
        for time in ("2026-10-23T00:20:00-07:00", "2026-10-23T00:40:00-07:00"):
            happen(ANA, at(time), received=datetime.fromisoformat(time))
        assert active_days(services.student_days(ANA)) == {"2026-10-23": (1, 1)}


@pytest.mark.usefixtures("liceo")
def test_a_class_is_those_who_are_in_it_now() -> None:
    for student, quantity in ((ANA, 1), (LUIS, 10), (CARLA, 100)):
        happen(student, at(ago(minutes=5), quantity=quantity))
    tenants.remove_member(FIRST_A, LUIS)
    tenants.add_members(FIRST_A, [CARLA])

    found = services.class_day(FIRST_A)

    assert own(found) == {ANA: (1, 1), CARLA: (1, 100), EVA: (0, 0)}
    assert counts(found.total) == (2, 101)
    assert counts(services.student_days(LUIS).total) == (1, 10)  # is still theirs


def test_schools_with_the_same_ids_are_not_mixed(liceo: str) -> None:
    other = f"{liceo}-2"
    happen(ANA, at(ago(minutes=5), quantity=1))
    with context.entered(school=other):
        found_school(other)
        happen(ANA, at(ago(minutes=5), quantity=7))
        tenants.add_group(Group(GroupId("2c"), "2C"))
        assert own(services.class_day(FIRST_A))[ANA] == (1, 7)
    assert own(services.class_day(FIRST_A))[ANA] == (1, 1)
    assert counts(services.student_days(ANA).total) == (1, 1)
    with acting(liceo, "pilar", "school_admin"), pytest.raises(NotFound, match="no such group"):
        services.class_day(GroupId("2c"))


def test_an_event_that_is_delivered_again_counts_once(school: str) -> None:
    with clock.stopped(deliveries.NOW):
        found_school(school)
        first = deliveries.message(deliveries.sent(quantity=3), school=school)
        services.ingest([first, first])
        services.ingest([replace(first, receives=2)])
        services.ingest([first])

        assert counts(services.class_day(FIRST_A).total) == (1, 3)
        assert counts(services.student_days(ANA).total) == (1, 3)


@pytest.mark.usefixtures("liceo")
def test_a_group_without_members_did_nothing() -> None:
    tenants.add_group(Group(GroupId("2c"), "2C"))
    found = services.class_day(GroupId("2c"))
    assert (found.members, counts(found.total), len(found.hours)) == ([], (0, 0), 24)


@pytest.mark.parametrize("day", [date(2026, 11, 22), date(9999, 12, 31), date(1, 1, 1)])
@pytest.mark.usefixtures("liceo")
def test_a_day_that_is_not_yet_or_was_never_is_refused(day: date) -> None:
    with pytest.raises(Invalid) as refused:
        services.class_day(FIRST_A, day)
    assert [error.field for error in refused.value.errors] == ["date"]
