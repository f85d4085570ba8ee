"""Fifty workers are killed over two hundred batches; judged from outside, nothing has happened."""

import time
from functools import partial
from random import Random

import pytest

from govsync.domain import State
from govsync.repository import batches
from govsync.tests.conftest import SCALE
from govsync.tests.faults import staff
from govsync.tests.faults.conftest import Begin, Gather
from govsync.tests.faults.staff import INTERVAL, LEASE, Campaign, Crew, Worker
from govsync.tests.outside import Outside
from luca.kernel import context

pytestmark = pytest.mark.slow
KILLS, SCHOOLS, BATCHES, AT_WORK = 50, 4, 50, 3


def test_fifty_kills_over_two_hundred_batches(
    authority: Outside, begin: Begin, gather: Gather
) -> None:
    work = begin(SCHOOLS, BATCHES)
    authority.chaos(slow_share=1, slow_seconds=0.3)
    with gather() as crew:
        place = _killed_in_between(work, crew)
        _killed_anywhere(work, crew, KILLS - 1)
        for _ in range(2):
            crew.hire(lease=LEASE)
        staff.until(work.ended, pause=0.5)

    staff.check(work, INTERVAL * SCALE)
    name, number = place
    with context.entered(school=name):
        again = batches.get(work.runs[name].id, number)
    assert again is not None
    assert State.ACCEPTED_DUPLICATE in [one.state for one in again.history]


def _killed_in_between(work: Campaign, crew: Crew) -> tuple[str, str]:
    """Kill the only worker after the authority has taken a batch and before the ledger knows."""
    lone = crew.hire(lease=LEASE)
    place: tuple[str, str] = staff.until(work.taken_and_unknown)[0]
    crew.kill(lone)
    assert place in work.taken_and_unknown()
    return place


def _killed_anywhere(work: Campaign, crew: Crew, kills: int) -> None:
    dice = Random(7)  # noqa: S311 -- it hides nothing
    for _ in range(kills):
        while len(crew.workers) < AT_WORK:
            crew.hire(lease=LEASE)
        victim = dice.choice(staff.until(partial(_in_the_middle, work, crew), pause=0.2))
        time.sleep(dice.random())
        crew.kill(victim)


def _in_the_middle(work: Campaign, crew: Crew) -> list[Worker]:
    assert not work.ended(), "there was nothing left to disturb"
    return crew.at_work()
