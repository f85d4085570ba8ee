"""A simulated authority of these tests' own, asked over HTTP only."""

from collections.abc import Iterator

import pytest

from govsync.tests.outside import Outside, simulator


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    with simulator(tmp_path_factory.mktemp("authority")) as started:
        yield started


@pytest.fixture
def authority(running: Outside) -> Iterator[Outside]:
    yield running
    running.chaos()
    running.demand()
