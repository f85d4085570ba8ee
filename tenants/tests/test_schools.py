import time
from dataclasses import replace
from datetime import date

import pytest

from luca.kernel import context
from luca.kernel.errors import Conflict, Invalid, NotFound
from luca.kernel.ids import GroupId, PeriodId, SchoolId
from tenants import services
from tenants.domain import Group, Period, PeriodState, School
from tenants.services import cached
from tenants.tests.conftest import AUTUMN, Cast

pytestmark = pytest.mark.usefixtures("north")
SPRING = Period(PeriodId("2027-1"), "Spring", date(2027, 1, 11), date(2027, 7, 2))


def test_creating_a_school_again_changes_nothing_and_another_by_its_id_is_refused() -> None:
    before = services.school_profile()

    assert services.create_school(before) == before
    with pytest.raises(Conflict):
        services.create_school(replace(before, name="Impostor"))
    assert services.school_profile() == before


@pytest.mark.parametrize(
    ("fields", "faulty"),
    [
        ({"id": "North"}, {"id"}),
        ({"id": "a#b"}, {"id"}),
        ({"id": ""}, {"id"}),
        ({"name": "  "}, {"name"}),
        ({"name": "a\x00b"}, {"name"}),
        ({"cct": "x"}, {"cct"}),
        ({"time_zone": "Mars/Base"}, {"time_zone"}),
        ({"language": "fr"}, {"language"}),
        ({"name": "", "cct": "1"}, {"name", "cct"}),
    ],
)
def test_a_faulty_school_is_refused_field_by_field(
    fields: dict[str, str], faulty: set[str]
) -> None:
    school = replace(School(SchoolId("north"), "Norte"), **fields)  # type: ignore[arg-type]

    with pytest.raises(Invalid) as refusal:
        services.create_school(school)

    assert {error.field for error in refusal.value.errors} == faulty


def test_a_school_changes_its_own_profile_and_no_other(south: Cast) -> None:
    changed = replace(services.school_profile(), time_zone="America/Cancun")

    assert services.save_school_profile(changed) == services.school_profile()
    assert changed in services.schools()
    with pytest.raises(NotFound):
        services.save_school_profile(replace(changed, id=south.school))


def test_periods_are_listed_by_date() -> None:
    services.save_period(SPRING)

    assert [period.id for period in services.periods()] == [AUTUMN, SPRING.id]
    assert services.period(SPRING.id) == SPRING


def test_a_period_can_be_renamed_but_not_turned_round() -> None:
    services.save_period(replace(services.period(AUTUMN), name="Otoño"))

    assert services.period(AUTUMN).name == "Otoño"
    with pytest.raises(Invalid):
        services.save_period(replace(SPRING, ends=date(2026, 1, 1)))
    with pytest.raises(NotFound):
        services.period(SPRING.id)


@pytest.mark.parametrize("unknown", ["2026-2", "2026-10", "2026", "", "a#b", "x" * 65])
def test_an_unknown_or_misspelt_period_is_not_found(unknown: str) -> None:
    for door in (services.period, services.open_period):
        with pytest.raises(NotFound):
            door(PeriodId(unknown))


def test_closing_refuses_new_results_at_once_and_repeating_it_keeps_the_first_time() -> None:
    assert services.open_period(AUTUMN).is_open

    first = services.begin_closing(AUTUMN)

    assert first.state is PeriodState.CLOSING
    assert services.begin_closing(AUTUMN) == first
    with pytest.raises(Conflict) as refusal:
        services.open_period(AUTUMN)
    assert refusal.value.code == "period_closed"


def test_closing_takes_longer_than_any_process_remembers_an_open_period(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)

    closed = services.close_period(AUTUMN)

    assert closed.state is PeriodState.CLOSED
    assert services.period(AUTUMN) == closed
    assert sum(slept) > cached.PERIOD + 4
    assert services.close_period(AUTUMN) == closed


def test_a_repeated_import_leaves_a_closed_period_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    imported = services.period(AUTUMN)
    monkeypatch.setattr(time, "sleep", lambda _: None)
    closed = services.close_period(AUTUMN)

    assert services.save_period(imported) == closed
    assert services.period(AUTUMN) == closed


def test_groups_are_listed_as_soon_as_they_exist() -> None:
    services.add_group(Group(GroupId("2a"), "Second A"))

    assert [group.id for group in services.groups()] == ["1a", "1b", "2a"]
    assert services.group(GroupId("2a")).name == "Second A"
    for bad in (Group(GroupId("a#"), "A"), Group(GroupId("x"), " ")):
        with pytest.raises(Invalid):
            services.add_group(bad)
    for unknown in ("9z", "a#", ""):
        with pytest.raises(NotFound):
            services.group(GroupId(unknown))


def test_two_schools_share_no_period_and_no_group(south: Cast) -> None:
    with context.entered(school=south.school):
        assert services.periods() == []
        assert services.groups() == []
        with pytest.raises(NotFound):
            services.open_period(AUTUMN)
