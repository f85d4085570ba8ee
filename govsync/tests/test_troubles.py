"""What the office is told of its sync."""

import secrets

import pytest

from govsync import services
from govsync.domain import HoldReason, RunStatus
from govsync.services import Trouble, What, holding
from govsync.tests.cast import AUTUMN, work, work_until_one_is_dead
from govsync.tests.outside import Outside
from luca.kernel import context


def found() -> list[What]:
    return [one.what for one in services.troubles()]


@pytest.mark.usefixtures("village")
def test_a_closed_period_that_nobody_sent_is_mentioned() -> None:
    assert services.troubles() == [Trouble(What.NOT_SENT, AUTUMN)]


@pytest.mark.usefixtures("village")
def test_a_hold_comes_before_everything_else() -> None:
    holding.hold(HoldReason.UNAUTHORIZED)
    first, *_ = services.troubles()
    assert (first.what, first.reason) == (What.HELD, "unauthorized")
    with context.entered(school=f"other-{secrets.token_hex(4)}"):
        assert services.troubles() == []


@pytest.mark.usefixtures("village")
def test_what_was_given_up_is_mentioned_until_it_is_sent(authority: Outside) -> None:
    authority.chaos(error_share=1)
    run = services.start(AUTUMN)
    work_until_one_is_dead(run.id)
    assert What.DEAD in found()
    assert all(one.run == run.id for one in services.troubles())
    authority.chaos()
    work(run.id)
    if What.DEAD in found():
        services.redrive(run.id)
        assert work(run.id).run.status is RunStatus.DONE
    assert not {What.DEAD, What.FAILED, What.NOT_SENT} & set(found())
