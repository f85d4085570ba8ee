"""A run that ended is shown as well ended only when all its records were delivered."""

from collections.abc import Callable
from dataclasses import replace

import pytest

import tenants.admin  # noqa: F401 -- the site is found first, or the pages of others are lost
from govsync import services
from govsync.admin import ending, labels
from govsync.domain import Balance, RunStatus, State
from govsync.tests.cast import AUTUMN, work, work_until_one_is_dead
from govsync.tests.outside import Outside
from govsync.tests.test_admin_runs import RUNS
from tenants.tests.desk import Office

UNDELIVERED = {
    "": "Done: 3 records not delivered",
    "{run}/change/": "3 records were given up: the authority does not have them.",
    "{run}/numbers/": "Done: 3 records not delivered",
    "{run}/reconciliation/": "It adds up: 3 records not delivered",
}


@pytest.fixture
def head(village: str, office_of: Callable[..., Office]) -> Office:
    browser = office_of(village, "school_admin")
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


def test_an_end_is_good_only_when_everything_was_delivered() -> None:
    well = {State.VERIFIED: 5, State.BLOCKED_LOCAL: 1}
    assert ending.badge(RunStatus.DONE, well)[1] == labels.GOOD
    assert not list(ending.advice(RunStatus.DONE, well))
    for state in (State.DEAD, State.REJECTED_DATA, State.CONFLICT, State.DRIFTED, State.UNKNOWN):
        counts = {**well, state: 2}
        text, tone, _icon = ending.badge(RunStatus.DONE, counts)
        assert (tone, "2" in text) == (labels.BAD, True), state
        (said,) = ending.advice(RunStatus.DONE, counts)
        assert "2" in said
        assert ending.badge(RunStatus.RUNNING, counts)[1] == labels.BUSY, "it may still go"
        found = Balance(8, counts, ())
        assert ending.verdict(found)[1] == labels.CARE
        assert ending.verdict(replace(found, differences=("x",)))[1] == labels.BAD


def test_an_end_with_records_given_up_does_not_look_like_success(
    head: Office, authority: Outside
) -> None:
    authority.chaos(error_share=1)
    run = services.start(AUTUMN)
    work_until_one_is_dead(run.id)
    authority.chaos()
    work(run.id)
    for path, said in UNDELIVERED.items():
        page = head.text(RUNS + path.format(run=run.id))
        assert said in page, path
        assert "check_circle" not in page, path
        assert len(head.calls) <= 4, (path, head.calls)
    head.defaults["HTTP_ACCEPT_LANGUAGE"] = "es"
    assert "Se abandonaron 3 registros" in head.text(f"{RUNS}{run.id}/change/")
    head.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    services.redrive(run.id, "They are well again")
    work(run.id)
    for path in UNDELIVERED:
        page = head.text(RUNS + path.format(run=run.id))
        assert "not delivered" not in page, path
        assert "check_circle" in page, path
