"""North has finished its autumn; the authority is a process of its own."""

import sys
from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import settings as hypothesis
from pytest_django.fixtures import Settings

from govsync import keys
from govsync.models import BreakerItem, RateItem
from govsync.tests.cast import school_year
from govsync.tests.outside import TOKEN, Outside, simulator
from luca.aws import store
from luca.aws.tests.copying import Schools

SCALE = 0.01
hypothesis.register_profile("luca", deadline=None)  # a busy machine refutes no law
hypothesis.load_profile("luca")


@pytest.fixture(scope="session")
def running_authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    with simulator(tmp_path_factory.mktemp("authority")) as started:
        yield started


@pytest.fixture
def authority(running_authority: Outside, settings: Settings, school: str) -> Iterator[Outside]:  # noqa: ARG001 -- it must run
    """The simulator, well, with Luca pointed at it and time running a hundred times as fast."""
    settings.AUTHORITY_URL = running_authority.url
    settings.AUTHORITY_TOKEN = TOKEN
    settings.GOVSYNC_TIME_SCALE = SCALE
    yield running_authority
    running_authority.chaos()
    store.delete(BreakerItem(keys.breaker(), keys.SINGLE))
    store.delete(RateItem(keys.rate(), keys.SINGLE))


@pytest.fixture
def no_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    """A period may be closed as soon as it is over."""
    monkeypatch.setattr(sys.modules["tenants.services.schools"], "GRACE", timedelta())


@pytest.fixture
def north(school: str, schools: Schools, no_grace: None) -> str:  # noqa: ARG001 -- periods must close
    """A school with 120 grades of a closed period, and 3 students who have none."""
    schools.furnish(school, school_year, 120, 3)
    return school


@pytest.fixture
def village(school: str, schools: Schools, monkeypatch: pytest.MonkeyPatch) -> str:
    """A school with 6 grades of a closed period, which make two batches, and a student without."""
    monkeypatch.setattr(sys.modules["tenants.services.schools"], "GRACE", timedelta())
    monkeypatch.setattr(sys.modules["govsync.rules.freezing"], "MOST_RECORDS", 3)
    schools.furnish(school, school_year, 6, 1)
    return school
