"""A period of all schools at once: North and South have closed it, East has not, West lacks it."""

import sys
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from govsync import services
from govsync.services.campaigns import Started
from govsync.tests.cast import AUTUMN, school_year, work
from luca.kernel import context
from luca.kernel.ids import SchoolId
from tenants import services as tenants
from tenants.domain import School


@pytest.fixture
def country(school: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Four schools by their direction; other tests' schools are there as well."""
    monkeypatch.setattr(sys.modules["tenants.services.schools"], "GRACE", timedelta())
    names = {side: f"{school}-{side}" for side in ("north", "south", "east", "west")}
    school_year(names["north"], 3)
    school_year(names["south"], 2)
    school_year(names["east"], 2, close=False)
    tenants.create_school(School(SchoolId(names["west"]), "Colegio"))
    with_them = [one for one in tenants.schools() if one.id in names.values()]
    monkeypatch.setattr(tenants, "schools", lambda: with_them)
    return names


def outcomes(country: dict[str, str]) -> dict[str, Started]:
    found = {one.school: one for one in services.start_all(AUTUMN)}
    return {side: found[SchoolId(name)] for side, name in country.items()}


@pytest.mark.usefixtures("authority")
def test_each_school_that_has_closed_the_period_is_begun_once(country: dict[str, str]) -> None:
    first = outcomes(country)
    second = outcomes(country)

    assert [bool(first[side].run) for side in country] == [True, True, False, False]
    assert first["east"].why_not == "period_not_closed"
    assert first["west"].why_not == "period_not_found"
    assert [second[side].why_not for side in ("north", "south")] == ["run_under_way"] * 2
    with context.entered(school=country["north"]):
        assert work(first["north"].run).frozen == 3
    with context.entered(school=country["south"]):
        assert services.run(first["south"].run).period == AUTUMN
    assert outcomes(country)["north"].why_not == "nothing_to_send"


@pytest.mark.usefixtures("authority")
def test_a_school_that_fails_keeps_no_other_from_its_run(
    country: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    period = tenants.period

    def broken_in_the_north(wanted: object) -> object:
        if context.school() == country["north"]:
            raise RuntimeError
        return period(wanted)  # type: ignore[arg-type]

    monkeypatch.setattr(tenants, "period", broken_in_the_north)

    found = outcomes(country)

    assert found["north"].why_not == "RuntimeError"
    assert found["south"].run


@pytest.mark.usefixtures("authority")
def test_an_operator_sees_one_line_for_each_school(country: dict[str, str]) -> None:
    would = said("start", "--all-schools", "--period", AUTUMN, "--dry-run")
    none = said("status", "--all-schools")
    did = said("start", "--all-schools", "--period", AUTUMN)
    now = said("status", "--all-schools", "--period", AUTUMN)

    assert f"{country['north']}: would start" in would
    assert f"{country['east']}: period_not_closed" in would
    assert "4 schools: 4 no run" in none
    assert "2 started" in did
    assert f"{country['south']}: RUNNING" in now
    assert "4 schools: 2 no run, 2 RUNNING" in now or "2 RUNNING, 2 no run" in now


def test_one_school_or_all_of_them() -> None:
    with pytest.raises(CommandError, match="one of the arguments"):
        said("start", "--period", AUTUMN)
    with pytest.raises(CommandError, match="not allowed with"):
        said("status", "--all-schools", "--school", "a")
    with pytest.raises(CommandError, match="status --all-schools"):
        said("start", "--all-schools", "--period", AUTUMN, "--watch")


def said(*words: str) -> str:
    out = StringIO()
    call_command("govsync", *words, stdout=out, stderr=StringIO())
    return out.getvalue()
