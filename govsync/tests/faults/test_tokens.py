"""The only worker of Step Functions is killed with tokens in hand, and again, and again.

A message that its worker has not deleted is seen again after a while, with the same token. The
embedded AWS does not notice silence, so the heartbeat of the machine revives nothing here.
"""

import pytest
from pytest_django.fixtures import Settings

from govsync import services
from govsync.domain import STEP_FUNCTIONS, State
from govsync.repository import batches
from govsync.tests.conftest import SCALE
from govsync.tests.faults import staff
from govsync.tests.faults.conftest import Begin, Gather
from govsync.tests.faults.staff import INTERVAL, LEASE, Campaign, Crew
from govsync.tests.outside import Outside
from luca.kernel import context

pytestmark = pytest.mark.slow
KILLS, SCHOOLS, BATCHES = 10, 2, 20

Call = tuple[str, str, int]  # a school's batch, and which attempt


def test_ten_kills_with_tokens_in_hand_over_forty_batches(
    authority: Outside, begin: Begin, gather: Gather, settings: Settings
) -> None:
    settings.GOVSYNC_ENGINE = STEP_FUNCTIONS
    work = begin(SCHOOLS, BATCHES)
    authority.chaos(slow_share=1, slow_seconds=0.5)
    cut: list[set[Call]] = []
    taken: set[tuple[str, str]] = set()  # by the authority, and nobody knew
    with gather() as crew:
        while len(cut) < KILLS:
            left = _killed_in_the_middle(work, crew, cut)
            taken |= set(work.taken_and_unknown())
            cut += [left] if left else []
        for _ in range(2):
            crew.hire(lease=LEASE)
        staff.until(work.ended, pause=0.5)

    staff.check(work, INTERVAL * SCALE)
    engines = {services.run(run.id).engine for _, run in work.each()}
    assert engines == {STEP_FUNCTIONS}
    assert taken, "at least one was killed between the authority's accept and our commit"
    assert {_states(work, *place) >= {State.ACCEPTED_DUPLICATE} for place in taken} == {True}


def _killed_in_the_middle(work: Campaign, crew: Crew, before: list[set[Call]]) -> set[Call]:
    """Kill a worker as soon as it calls with a batch that no other died with.

    Return the calls that it left without an end. What is left again and again would be a dead
    letter after five times.
    """
    known = {call[:2] for calls in before for call in calls}
    lone = crew.hire(lease=LEASE)
    mine = staff.until(lambda: {call for call in _in_hand(work) if call[:2] not in known})
    if len(before) % 2:  # every other one after the authority has taken the batch
        staff.until(lambda: work.taken_and_unknown() or not _in_hand(work) & mine)
    crew.kill(lone)
    left: set[Call] = _in_hand(work) & mine
    assert not work.ended(), "there was nothing left to disturb"
    return left


def _in_hand(work: Campaign) -> set[Call]:
    """Calls that are under way by the ledger."""
    return {
        (school, batch.number, batch.attempts)
        for school, run in work.each()
        if (batch := staff.in_flight(run)) is not None
    }


def _states(work: Campaign, school: str, number: str) -> set[State]:
    with context.entered(school=school):
        batch = batches.get(work.runs[school].id, number)
    assert batch is not None
    return {one.state for one in batch.history}
