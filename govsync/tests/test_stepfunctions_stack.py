"""Step Functions with real workers, in their own role: trouble, and a second engine for one run."""

from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings as ours
from pytest_django.fixtures import Settings

from govsync import services
from govsync.domain import STEP_FUNCTIONS, Run
from govsync.services.beginning import name_of, starting_input
from govsync.tests.cast import AUTUMN, school_year
from govsync.tests.outside import TOKEN, Outside
from govsync.tests.test_kill import RECORDS, check, ended, nobody_else_writes, until
from govsync.tests.workers import worker
from luca.aws import workflow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from luca.localaws.embedded import Embedded

    Hire = Callable[[str], AbstractContextManager[None]]

pytestmark = pytest.mark.slow
__all__ = ["nobody_else_writes"]  # a fixture for every test here


@pytest.fixture
def at_work(aws: "Embedded", authority: Outside, tmp_path: Path) -> "Hire":
    """Two workers; `engine` is what their own settings say, and decides nothing about a run."""

    @contextmanager
    def hire(engine: str) -> "Iterator[None]":
        told = {
            "LUCA_AUTHORITY_URL": authority.url,
            "LUCA_AUTHORITY_TOKEN": TOKEN,
            "GOVSYNC_TIME_SCALE": "0.01",
            "GOVSYNC_ENGINE": engine,
        }
        with ExitStack() as stack:
            for name in ("one", "two"):
                stack.enter_context(worker(aws, tmp_path / f"{name}.log", **told))
            yield

    return hire


@pytest.mark.parametrize("engine", ["stepfunctions", "celery"])
def test_a_period_is_synced_by_step_functions_through_all_kinds_of_trouble(
    school: str, authority: Outside, at_work: "Hire", settings: Settings, engine: str
) -> None:
    """Also by workers that would begin new runs on Celery: an execution keeps its engine."""
    school_year(school, RECORDS, ungraded=3)
    settings.GOVSYNC_ENGINE = STEP_FUNCTIONS
    authority.chaos(error_share=0.2, timeout_share=0.1, slow_share=0.1, slow_seconds=0.2)
    run = services.start(AUTUMN)
    with at_work(engine):
        found = until(lambda: ended(run.id), 240)
        authority.chaos()
        for _ in range(3):  # what died under so much trouble is sent again, under its key
            if not services.dead(run.id):
                break
            services.redrive(run.id)
            found = until(lambda: ended(run.id), 240)

    assert found.run.engine == STEP_FUNCTIONS
    check(authority, school, found)


def test_two_engines_started_for_one_run_one_wins_and_nothing_is_sent_twice(
    school: str, authority: Outside, at_work: "Hire", acting_as: "Hire"
) -> None:
    school_year(school, RECORDS, ungraded=3)
    run = services.start(AUTUMN)
    place = authority.url
    with acting_as("worker"):
        workflow.start(ours.SYNC_MACHINE_ARN, name_of(run), starting_input(run))
    ours.AUTHORITY_URL = place
    with at_work("celery"):
        found = until(lambda: ended(run.id), 240)
        with acting_as("worker"):
            other = until(lambda: _over(run))

    assert found.run.engine == "celery"
    check(authority, school, found)
    assert (other.status, other.error) == ("FAILED", "Gov.Stale")


def _over(run: Run) -> workflow.Seen | None:
    seen = workflow.describe(ours.SYNC_MACHINE_ARN, name_of(run))
    return seen if seen and not seen.running else None
