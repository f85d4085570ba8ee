"""A real writer reads a real stream, and is killed, refused and cut off on its way."""

from __future__ import annotations

import os
import random
import signal
import time
from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest

from lake.tests.lagoon import Lagoon, Town
from luca.aws.table import ScopedConnection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.slow
KILLS = 20


@pytest.fixture(scope="module")
def lagoon(
    tmp_path_factory: pytest.TempPathFactory, read_settings_again: Callable[[], None]
) -> Iterator[Lagoon]:
    before = dict(os.environ)
    made = Lagoon(tmp_path_factory.mktemp("lagoon"))
    try:
        os.environ.update(made.aws.environment("platform"))
        _forget(read_settings_again)
        yield made
    finally:
        made.close()
        os.environ.clear()
        os.environ.update(before)
        _forget(read_settings_again)


def _forget(read_settings_again: Callable[[], None]) -> None:
    read_settings_again()
    ScopedConnection.forget()


def test_killed_twenty_times_under_load_it_has_everything_and_each_change_once(
    lagoon: Lagoon,
) -> None:
    town, enough = Town(), Event()

    def load() -> None:
        while not enough.is_set():
            town.tell(events=40, results=10)
            time.sleep(0.05)

    thread = Thread(target=load)
    dice = random.Random(8)  # noqa: S311 -- the same luck each time
    with lagoon.zygote() as start:
        thread.start()
        try:
            for _ in range(KILLS):
                child = start()
                time.sleep(dice.uniform(0.1, 1.2))
                os.kill(child, signal.SIGKILL)
        finally:
            enough.set()
            thread.join()
    with lagoon.writer() as writer:
        writer.until(town.is_kept)

    assert sum(town.put.values()) > 1000
    assert town.is_kept()
