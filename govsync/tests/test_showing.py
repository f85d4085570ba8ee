"""A run's page says what the commands and the API say, in fewer reads."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from govsync import services
from govsync.domain import Run, RunKind
from govsync.rules import MOST_RECORDS
from govsync.services import foreseeing
from govsync.tests.cast import AUTUMN, work, work_until_one_is_dead
from govsync.tests.outside import Outside
from luca.aws import jobs
from luca.aws.counting import counted
from luca.kernel import clock, context
from luca.kernel.errors import Conflict, NotFound
from luca.kernel.ids import PeriodId

READS = 3


def moments(run: Run) -> Iterator[str]:
    """Move a run on, a turn at a time, until it has ended."""
    while services.run(run.id).status.value == "RUNNING":
        found = services.run(run.id)
        yield found.execution.state
        services.advance(run.id, found.version)
    yield "ended"


@pytest.mark.usefixtures("authority", "village")
def test_at_every_moment_a_page_says_what_status_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("govsync.services.advancing.TURN", 0.01)
    run = services.start(AUTUMN)
    seen = set()
    for state in moments(run):
        seen.add(state)
        with counted() as calls:
            found = services.standing(run.id)
        assert len(calls) <= READS, calls
        assert found.status == services.status(run.id), state
        assert found.watch == services.watched(AUTUMN)
    assert {"Snapshot", "ended"} < seen


@pytest.mark.usefixtures("village")
def test_a_page_foresees_what_the_command_foresees(authority: Outside) -> None:
    authority.chaos(error_share=1)
    run = services.start(AUTUMN)
    work_until_one_is_dead(run.id)
    status = services.status(run.id)
    records = sum(status.records.values()) - 1  # one is held back here
    with clock.stopped(clock.now()):
        with counted() as calls:
            found = services.working(run.id, status.left, records)
        assert found.forecast == services.forecast(status)
    assert len(calls) <= READS, calls
    assert found.steps[0].state == services.steps(run.id)[-1].state


@pytest.mark.usefixtures("village")
def test_what_is_seen_of_a_run_names_its_hold() -> None:
    run = services.start(AUTUMN)
    assert services.standing(run.id).hold is None
    services.pause(why="To look at it")
    assert services.standing(run.id).hold == services.held()


@pytest.mark.usefixtures("village")
def test_a_run_of_nobody_is_not_there(village: str) -> None:
    run = services.start(AUTUMN)
    with context.entered(school=f"south-{village[-8:]}"):
        for look in (services.standing, services.reconciliation, services.period_of):
            with pytest.raises(NotFound):
                look(run.id)
        with pytest.raises(NotFound):
            services.working(run.id, 1, 1)
        with pytest.raises(NotFound):
            services.records_by_batch(run.id, frozenset(), "", None)
    for spelled in ("", "a#b", "019aa7c1"):
        with pytest.raises(NotFound):
            services.standing(spelled)


@pytest.mark.usefixtures("village")
def test_more_records_take_longer_and_are_late_at_last() -> None:
    few, many = services.expected(MOST_RECORDS), services.expected(100 * MOST_RECORDS)
    assert few.likely is not None
    assert many.likely is not None
    assert few.likely < many.likely
    assert not few.at_risk
    assert services.expected(10_000_000).at_risk


@pytest.mark.usefixtures("authority", "village")
def test_a_report_counts_what_the_commands_count() -> None:
    job = services.begin_preflight(AUTUMN)
    assert services.preflight_of(job.id, AUTUMN)[1] is None
    jobs.run(job.id, services.preflight_for_job)
    found = services.preflight_of(job.id, AUTUMN)[1]
    wanted = services.preflight(AUTUMN)
    nameless = tuple(replace(one, sample=[]) for one in wanted.causes)
    assert found == replace(wanted, causes=nameless)
    run = services.start(AUTUMN)
    work(run.id)
    at_once = services.causes_at_once(run.id)
    assert at_once == tuple(services.rejects(run.id))


@pytest.mark.usefixtures("village")
def test_a_report_is_of_its_period_and_of_its_kind() -> None:
    job = services.begin_preflight(AUTUMN)
    with pytest.raises(NotFound):
        services.causes_of(job.id, "a-run")
    jobs.run(job.id, services.preflight_for_job)
    with pytest.raises(NotFound):
        services.preflight_of(job.id, PeriodId("2031-1"))


@pytest.mark.usefixtures("village")
def test_nothing_is_checked_that_could_not_start() -> None:
    services.start(AUTUMN)
    with pytest.raises(Conflict):
        services.begin_preflight(AUTUMN)
    assert services.under_way(AUTUMN) is not None
    assert services.run(services.latest().id).kind is RunKind.FIRST
    assert foreseeing.expected(0).likely is not None
