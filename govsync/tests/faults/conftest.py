"""Leases that are over soon, batches that are small, and schools that wait for a crew."""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from govsync.services import advancing
from govsync.tests.conftest import SCALE
from govsync.tests.faults.staff import INTERVAL, LEASE, Campaign, Crew, campaign, crew
from govsync.tests.outside import Outside
from luca.aws.tests import redelivery

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

    from luca.localaws.embedded import Embedded

HIDDEN = 6  # seconds; longer than a lease, or a message would come while its worker seems alive
Gather = Callable[[], AbstractContextManager[Crew]]
Begin = Callable[[int, int], Campaign]


@pytest.fixture(autouse=True)
def _soon_seen_again(every_queue: "SQSClient") -> Iterator[None]:
    """What dead workers and their last polls have taken comes when their leases are over."""
    with redelivery.soon(every_queue, HIDDEN):
        yield


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["tenants.services.schools"], "GRACE", timedelta())
    monkeypatch.setattr(sys.modules["govsync.rules.freezing"], "MOST_RECORDS", 2)
    monkeypatch.setattr(advancing, "LEASE", timedelta(seconds=LEASE))
    monkeypatch.setattr(advancing, "OVERDUE", timedelta(seconds=0.5))


@pytest.fixture
def begin(authority: Outside, school: str) -> Begin:
    """Begin runs of so many schools with so many batches each."""
    number = count()

    def act(schools: int, batches: int) -> Campaign:
        names = [f"{school}-{next(number)}" for _ in range(schools)]
        return campaign(authority, names, batches_each=batches)

    return act


@pytest.fixture
def gather(aws: "Embedded", authority: Outside, tmp_path: Path) -> Gather:
    """Gather a crew that knows the authority and runs in the scaled time of this process."""

    def act() -> AbstractContextManager[Crew]:
        settings = {"GOVSYNC_TIME_SCALE": str(SCALE), "LUCA_AUTHORITY_INTERVAL": str(INTERVAL)}
        return crew(aws, tmp_path, authority, **settings)

    return act
