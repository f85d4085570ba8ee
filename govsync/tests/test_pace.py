"""The authority's rate and breaker are the deployment's, whoever calls."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest

from govsync import pace, services
from govsync.domain import RunStatus, State
from govsync.pace import Later
from govsync.repository import authority as rows
from govsync.tests.cast import AUTUMN, school_year, work
from govsync.tests.outside import Outside
from govsync.tests.test_runs import heal_after
from luca.kernel import context


def test_many_callers_never_come_closer_than_the_interval(
    authority: Outside,  # noqa: ARG001 -- it cleans up
    settings: Any,
) -> None:
    settings.AUTHORITY_INTERVAL = 10  # a tenth of a second, scaled

    def take(_: int) -> datetime | Later:
        return pace.turn()

    with ThreadPoolExecutor(8) as pool:
        slots = sorted(one for one in pool.map(take, range(24)) if isinstance(one, datetime))

    assert len(slots) > 3
    assert min((b - a).total_seconds() for a, b in pairwise(slots)) >= 0.1


def test_nobody_takes_a_slot_that_is_far_away(
    authority: Outside,  # noqa: ARG001 -- it cleans up
    settings: Any,
) -> None:
    settings.AUTHORITY_INTERVAL = 1000  # ten seconds, scaled

    assert isinstance(pace.turn(), datetime)
    later = pace.turn()

    assert isinstance(later, Later)
    assert later.slot == ""
    assert 900 < later.seconds < 1010, "unscaled, as the machine's waits are"


@pytest.mark.slow
def test_two_schools_share_the_rate(
    authority: Outside, north: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Measured at the authority, read-back included: no call comes before its slot."""
    settings.AUTHORITY_INTERVAL = 20
    south = f"south-{north[-8:]}"
    school_year(south, 120)
    before = len(authority.read("/report/calls")["calls"])
    slots: list[datetime] = []

    def turn(reserved: str = "") -> datetime | Later:
        slot = take(reserved)
        slots.extend([slot] if isinstance(slot, datetime) else [])
        return slot

    def sync(school: str) -> RunStatus:
        with context.entered(school=school):
            return work(services.start(AUTUMN).id, 120).run.status

    take = pace.turn
    monkeypatch.setattr(pace, "turn", turn)
    with ThreadPoolExecutor(2) as pool:
        assert set(pool.map(sync, [north, south])) == {RunStatus.DONE}

    times = [one["at"] for one in authority.read("/report/calls")["calls"][before:]]
    assert len(slots) == len(times) >= 6
    slots.sort()
    assert min((b - a).total_seconds() for a, b in pairwise(slots)) >= 0.2
    assert all(at >= slot.timestamp() - 0.001 for slot, at in zip(slots, times, strict=True))


@pytest.mark.slow
def test_an_outage_opens_the_breaker_and_costs_no_batch_its_life(
    authority: Outside, north: str
) -> None:
    for _ in range(pace.FAILURES - 1):
        assert pace.note(failed=True) == 0
    authority.chaos(outage_for=600)
    run = services.start(AUTUMN)
    healed = heal_after(authority, "outage")

    found = work(run.id, 90)
    healed.join()

    assert found.records == {State.VERIFIED: 120, State.BLOCKED_LOCAL: 3}
    assert "WaitTurn" in {one.state for one in services.steps(run.id)}
    assert rows.breaker() == (0, None), "closed again"
    outages = [
        one for one in authority.read("/report/calls")["calls"] if one["outcome"] == "outage"
    ]
    assert outages
    assert north


def test_while_the_breaker_is_open_nobody_calls_and_then_one(authority: Outside) -> None:  # noqa: ARG001 -- it cleans up
    for _ in range(pace.FAILURES):
        pace.note(failed=True)

    closed = pace.turn()
    assert isinstance(closed, Later)
    assert 0 < closed.seconds <= pace.PROBE

    time.sleep(pace.PROBE * 0.01 + 0.05)
    assert isinstance(pace.turn(), datetime), "one probes"
    assert isinstance(pace.turn(), Later), "the others wait"
