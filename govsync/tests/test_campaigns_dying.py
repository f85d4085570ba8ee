"""Workers that die in the middle of a campaign, or meet in one."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from govsync import services
from govsync.domain import RunStatus
from govsync.repository import campaigns, runs
from govsync.services import beginning, campaigning, opening, visiting
from govsync.tests.cast import AUTUMN
from govsync.tests.touring import Country, in_the, no_school, province, toured
from luca.kernel import clock, context

__all__ = ["no_school", "province"]  # fixtures


Crash = Callable[[pytest.MonkeyPatch], None]


class Killed(BaseException):
    """What no `except Exception` sees, as kill -9 is seen by nobody."""


def before_it_is_stored(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(campaigning, "_stored", dying_after(campaigning._stored, 4))


def after_a_run_is_opened(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(opening, "_begun", dying_after(opening._begun, 1, done=True))


def while_it_looks_at_a_school(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(campaigning, "visited", dying_after(visiting.visited, 1))


def before_its_message_is_sent(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(campaigning, "wake_campaign", dying_after(beginning.wake_campaign, 1))


@pytest.mark.usefixtures("authority")
@pytest.mark.parametrize(
    "crash",
    [
        before_it_is_stored,
        after_a_run_is_opened,
        while_it_looks_at_a_school,
        before_its_message_is_sent,
    ],
)
def test_a_worker_that_dies_leaves_a_campaign_that_another_finishes(
    province: Country, crash: Crash
) -> None:
    begun, _ = services.start_all(AUTUMN)
    with pytest.MonkeyPatch.context() as patch, pytest.raises(Killed):
        crash(patch)
        for _ in range(3):
            services.advance_campaign(AUTUMN, "")
    left = campaigns.get(AUTUMN)
    assert left is not None
    with clock.stopped(clock.now() + timedelta(minutes=2)):
        assert services.sweep_campaigns() == 1
        services.advance_campaign(AUTUMN, str(left.version))

    ended = toured()

    assert (ended.id, ended.status) == (begun.id, RunStatus.DONE)
    with context.entered(school=province["north"]):
        assert len(runs.listed(AUTUMN)) == 1
    assert in_the(province["north"]).run.status is RunStatus.DONE


@pytest.mark.usefixtures("authority")
def test_two_workers_never_move_a_campaign_at_once(
    province: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def meanwhile(call: object, scale: float) -> object:
        before = campaigns.get(AUTUMN)
        services.advance_campaign(AUTUMN, "")
        seen.append(campaigns.get(AUTUMN) == before)
        return asked_for(call, scale)  # type: ignore[arg-type]

    asked_for = visiting.asked_for
    monkeypatch.setattr(campaigning, "asked_for", meanwhile)
    services.start_all(AUTUMN)

    toured()

    assert len(seen) == 2 + len(province)
    assert all(seen), "the other one has found it in work, and left it alone"


@pytest.mark.usefixtures("no_school")
def test_a_message_about_another_version_changes_nothing() -> None:
    begun, _ = services.start_all(AUTUMN)

    services.advance_campaign(AUTUMN, str(begun.version + 1))

    found = campaigns.get(AUTUMN)
    assert found is not None
    assert found.version == begun.version


def dying_after(
    act: Callable[..., object], times: int, *, done: bool = False
) -> Callable[..., object]:
    """An act that works a few times, and then takes its worker with it, done or not."""
    left = [times]

    def doing(*given: object, **named: object) -> object:
        left[0] -= 1
        if left[0] < 0 or (left[0] == 0 and not done):
            raise Killed
        answer = act(*given, **named)
        if left[0] == 0:
            raise Killed
        return answer

    return doing
