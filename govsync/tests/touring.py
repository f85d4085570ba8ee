"""Four schools and one period, and hands that do what workers do for a campaign."""

import time
from collections.abc import Iterator

import pytest

from govsync import keys, services
from govsync.domain import Campaign, Opened, RunStatus
from govsync.models import CampaignItem
from govsync.repository import runs
from govsync.tests.cast import AUTUMN, school_year
from luca.aws import store
from luca.kernel import context
from luca.kernel.ids import SchoolId
from tenants import services as tenants
from tenants.domain import School

Country = dict[str, str]


@pytest.fixture
def country(school: str, no_grace: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Country]:  # noqa: ARG001 -- periods must close
    """Four schools by their direction; other tests' schools are there as well."""
    names = {side: f"{school}-{side}" for side in ("north", "south", "east", "west")}
    school_year(names["south"], 2)
    school_year(names["east"], 2, close=False)
    yield _settled(names, monkeypatch)
    store.delete(CampaignItem(keys.campaigns(), AUTUMN))


@pytest.fixture
def province(school: str, no_grace: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Country]:  # noqa: ARG001 -- periods must close
    """North and West alone."""
    yield _settled({side: f"{school}-{side}" for side in ("north", "west")}, monkeypatch)
    store.delete(CampaignItem(keys.campaigns(), AUTUMN))


def _settled(names: Country, patch: pytest.MonkeyPatch) -> Country:
    school_year(names["north"], 3)
    tenants.create_school(School(SchoolId(names["west"]), "Colegio"))
    with_them = [one for one in tenants.schools() if one.id in names.values()]
    patch.setattr(tenants, "schools", lambda: with_them)
    return names


@pytest.fixture
def no_school(aws: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:  # noqa: ARG001 -- it must run
    """For what a campaign does before it comes to any."""
    monkeypatch.setattr(tenants, "schools", list)
    yield
    store.delete(CampaignItem(keys.campaigns(), AUTUMN))


def toured(seconds: float = 120) -> Campaign:
    """Do what workers do until the campaign has ended: move it on, and each school's run."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = services.campaign(AUTUMN)
        assert found is not None
        if found.status is not RunStatus.RUNNING:
            return found
        services.advance_campaign(AUTUMN, "")
        work_on(found)
        time.sleep(0.02)
    raise AssertionError(f"The campaign has not ended: {services.campaign(AUTUMN)}")


def work_on(campaign: Campaign) -> None:
    for one in services.opened(campaign).values():
        with context.entered(school=one.school):
            run = runs.get(one.run) if one.run else None
            if run is not None and run.status is RunStatus.RUNNING:
                services.advance(run.id, run.version)


def outcomes(country: Country, campaign: Campaign) -> dict[str, Opened]:
    found = services.opened(campaign)
    return {side: found[SchoolId(name)] for side, name in country.items() if name in found}


def in_the(school: str) -> services.Status:
    with context.entered(school=school):
        return services.status(services.latest(AUTUMN).id)
