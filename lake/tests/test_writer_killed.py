"""A real writer reads a real stream, and is killed, refused and cut off on its way."""

from __future__ import annotations

import os
import random
import signal
import time
from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest

from behavior.tests.faults import happenings
from behavior.tests.faults.proxy import Answer, Call, Rule
from lake import services
from lake.repository import gaps
from lake.tests.lagoon import Lagoon, Town
from luca.aws.table import ScopedConnection
from luca.kernel import context
from luca.kernel.ids import SchoolId, StudentId
from tenants import services as tenants
from tenants.domain import School, Student

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.slow
KILLS = 20
SLOW_DOWN = (
    b"<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"
)


def slow_down(_: Call) -> Answer:
    return Answer(503, (("Content-Type", "application/xml"),), SLOW_DOWN)


# The bucket refuses every file, in its own words or in those of something in between.
REFUSING = Rule("other", happenings.any_of((slow_down, happenings.gateway)), says=b"PAR1")


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
            for turn in range(KILLS):
                child = start()
                time.sleep(dice.uniform(0.1, 1.2))
                os.kill(child, signal.SIGKILL)
                if turn % 5 == 4:
                    town.compact()  # what killed ones have left, beside the next one
        finally:
            enough.set()
            thread.join()
    with lagoon.writer() as writer:
        writer.until(town.is_kept)

    assert sum(town.put.values()) > 1000
    assert town.is_kept_once()


def test_a_bucket_that_refuses_for_a_while_and_an_aws_that_stops_cost_nothing(
    lagoon: Lagoon,
) -> None:
    town = Town()
    with lagoon.writer() as writer:
        with lagoon.proxy.doing(REFUSING):
            for _ in range(8):
                town.tell(events=30, results=5)
                time.sleep(1)
            writer.until(lambda: writer.says("storage_unreachable"))
            assert not town.is_kept()
        writer.until(town.is_kept)
        known = len(gaps.every())
        lagoon.restart()
        town.tell(events=30, results=5)
        writer.until(town.is_kept)
    assert len(gaps.every()) == known
    assert sum(lagoon.proxy.met.values()) > 3


def furnished() -> Town:
    """Schools that the directory lists, with the students whose items are put."""
    town = Town()
    for school in town.schools:
        with context.entered(school=school):
            tenants.create_school(School(SchoolId(school), "Liceo"))
            tenants.add_students([Student(StudentId(f"s{n}"), f"Pupil {n}") for n in range(7)])
    return town


def test_an_aws_that_forgot_its_stream_is_a_gap_which_workers_fill(lagoon: Lagoon) -> None:
    town = furnished()
    with lagoon.writer() as writer:
        town.tell(events=20, results=5)
        writer.until(town.is_kept)
    town.tell(events=20, results=5)
    lagoon.restart(forgetful=True)
    with lagoon.writer() as writer:
        writer.until(lambda: writer.says("lake_gap"))
        town.tell(events=20, results=5)
        writer.until(lambda: services.state().lag is not None)
    assert not town.is_kept()
    assert not services.state().is_whole

    services.look_for_gaps()
    for school in services.state().unfilled:
        with context.entered(school=school):
            services.fill()
    assert services.look_for_gaps() == 0

    assert services.state().is_whole
    for school in town.schools:
        with context.entered(school=school):
            services.compact()
    kept = town.kept()
    assert set(kept.values()) == {1}
    assert {one for one in town.put if "EVENT" in one[1]} <= set(kept)
    assert town.latest() <= set(kept) <= set(town.put)
