"""A night is noted from its beginning to its end, and operators hear of one that goes wrong."""

import io
import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import chain
from threading import Barrier
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from grades import services, tasks
from grades.domain import Night, NightState
from grades.domain.nights import Failure
from grades.repository import evaluations, nights
from grades.tests.cast import ADA, AUTUMN, BLAS, MATHS, given, grade_of
from luca.aws import queue
from luca.kernel import clock, context
from luca.kernel.errors import Forbidden, NotFound
from luca.kernel.ids import SchoolId
from tenants import services as tenants
from tenants.domain import School

TWO_IN_MEXICO = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def worked(school: str, **message: str) -> None:
    """Run the task of a message, outside any school."""
    task = tasks.consolidate
    with context.entered():
        task.push_request(id="id-1", school_id=school)
        try:
            task(**message)
        finally:
            task.pop_request()


def state(school: str) -> tuple[NightState, int, int]:
    (night,) = nights.last(school, 5)
    return night.state, night.written, night.failed


@pytest.mark.usefixtures("alone")
def test_a_night_is_noted_from_its_beginning_to_its_end(
    north: str, sent: list[tuple[str, str]]
) -> None:
    given(ADA)
    with clock.stopped(TWO_IN_MEXICO):
        services.nightly()
        assert state(north) == (NightState.ENQUEUED, 0, 0)
        worked(north, night="2026-11-21")
        assert state(north) == (NightState.FINISHED, 3, 0)
        given(BLAS)
        worked(north, night="2026-11-21")  # the message came twice
    assert services.grade(BLAS, MATHS, AUTUMN) == grade_of(BLAS)
    assert grade_of(BLAS).evaluations_count == 0
    assert [task for _school, task in sent] == ["grades.consolidate", "office.count"]


@pytest.mark.usefixtures("sent", "alone")
def test_a_worker_may_end_a_night_before_its_scheduler_has_noted_it(north: str) -> None:
    nights.claim(north, "2026-11-21")
    worked(north, night="2026-11-21")
    nights.enqueued(north, "2026-11-21")
    assert state(north)[0] is NightState.FINISHED


@pytest.mark.usefixtures("alone")
def test_a_night_without_time_goes_on_and_ends_once(
    north: str, sent: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    given(ADA)
    nights.claim(north, "2026-11-21")
    with monkeypatch.context() as patched:
        patched.setattr("grades.services.consolidation.run.RESERVE", 1e9)
        worked(north, night="2026-11-21")
    assert state(north)[0] is NightState.RUNNING
    assert sent == [(north, "grades.consolidate")]
    worked(north, night="2026-11-21")
    assert state(north) == (NightState.FINISHED, 3, 0)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The metrics and errors of nights that operators are told."""
    found: list[str] = []
    for module in ("night", "background"):
        name = f"grades.services.{module}"
        monkeypatch.setattr(f"{name}.metric", lambda one, *_, **__: found.append(one))
        monkeypatch.setattr(f"{name}.logger.error", lambda one, **_: found.append(one))
    return found


@pytest.mark.usefixtures("sent")
def test_a_night_that_fails_says_so_and_may_be_repeated(
    north: str, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    given(ADA)
    nights.claim(north, "2026-11-21")

    def broken(*_: Any) -> Any:
        raise RuntimeError("of somebody with a name")

    with monkeypatch.context() as patched:
        patched.setattr(evaluations, "of_course", broken)
        worked(north, night="2026-11-21")
    assert state(north) == (NightState.FAILED, 0, 3)
    assert [one for one in told if one != "ConsolidationProgress"] == [
        *("consolidation_failed", "NightsFailed", "night_failed")
    ]

    with monkeypatch.context() as patched, pytest.raises(RuntimeError):
        patched.setattr(tenants, "periods", broken)
        worked(north, night="2026-11-21")
    (night,) = nights.last(north, 5)
    assert (night.state, night.error) == (NightState.FAILED, "RuntimeError")

    worked(north, night="2026-11-21")
    assert state(north) == (NightState.FINISHED, 3, 0)


@pytest.mark.usefixtures("sent", "alone")
def test_a_night_that_does_not_end_is_told_until_it_does(north: str, told: list[str]) -> None:
    with clock.stopped(TWO_IN_MEXICO):
        services.nightly()
    with clock.stopped(TWO_IN_MEXICO + timedelta(minutes=119)):
        services.nightly()
    assert told == ["NightTicks", "NightTicks"]
    with clock.stopped(TWO_IN_MEXICO + timedelta(hours=2)):
        services.nightly()
    assert told[2:] == ["NightTicks", "NightsMissing", "night_missing"]
    told.clear()
    with clock.stopped(TWO_IN_MEXICO + timedelta(hours=5)):
        services.nightly()
    late = ["NightsMissing", "night_missing", "NightsOverdue", "night_overdue"]
    assert told == ["NightTicks", *late]
    worked(north, night="2026-11-21")
    told.clear()
    with clock.stopped(TWO_IN_MEXICO + timedelta(hours=6)):
        services.nightly()
    assert told == ["NightTicks"]


def test_schedulers_that_look_in_the_same_moment_begin_each_night_once(
    aws: object,  # noqa: ARG001 -- it must run
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    schools = [School(SchoolId(f"at-once-{secrets.token_hex(4)}"), "One") for _ in range(12)]
    begun: list[str] = []
    monkeypatch.setattr(tenants, "schools", lambda: schools)
    monkeypatch.setattr(queue, "enqueue", lambda *_, **__: begun.append(context.school()))
    ready = Barrier(4)

    def look(_: int) -> list[str]:
        ready.wait()
        return services.nightly()

    with ThreadPoolExecutor(4) as pool:
        found = list(chain.from_iterable(pool.map(look, range(4))))
    assert sorted(found) == sorted(begun) == sorted(school.id for school in schools)


def night_command(*arguments: str) -> str:
    out = io.StringIO()
    with context.entered():
        call_command("nights", *arguments, stdout=out, stderr=out)
    return out.getvalue()


def test_operators_see_the_last_nights_of_a_school(north: str) -> None:
    given(ADA)
    for date in ("2026-11-20", "2026-11-21"):
        nights.claim(north, date)
    worked(north, night="2026-11-21")
    lines = night_command("--school", north).splitlines()
    assert [line.split()[:3] for line in lines[1:]] == [
        [north, "2026-11-21", "finished"],
        [north, "2026-11-20", "claimed"],
    ]
    assert len(night_command("--school", north, "--last", "1").splitlines()) == 2


@pytest.mark.usefixtures("alone")
def test_a_last_night_that_failed_makes_the_command_fail(north: str) -> None:
    nights.claim(north, "2026-11-21")
    nights.end(north, Night("2026-11-21", NightState.FAILED, clock.now(), failed=2))
    with pytest.raises(CommandError, match="1 of the schools"):
        night_command()


@pytest.mark.parametrize("wrong", [("--school", "nowhere"), ("--last", "0"), ("--last", "15")])
def test_what_the_command_cannot_show_is_one_clear_line(
    aws: object,  # noqa: ARG001 -- it must run
    wrong: tuple[str, str],
) -> None:
    with pytest.raises(CommandError):
        night_command(*wrong)


@pytest.mark.usefixtures("sent", "alone")
def test_a_night_says_what_failed_and_why_and_of_nobody_whose(
    north: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(ADA)
    given(BLAS)
    nights.claim(north, "2026-11-21")
    real = evaluations.of_course

    def broken(student: str, course: Any) -> Any:
        if student == ADA:
            raise RuntimeError("Ada Núñez has a broken row")
        return real(student, course)

    with monkeypatch.context() as patched:
        patched.setattr(evaluations, "of_course", broken)
        patched.setattr("grades.services.background.TOLD_EVERY", 0)
        worked(north, night="2026-11-21")
    with context.entered(school=north, actor="rosa", groups=frozenset({"school_admin"})):
        (listed,) = services.school_nights()
        night = services.school_night("2026-11-21")
    assert listed == night
    assert night.failures == (Failure(MATHS, AUTUMN, "RuntimeError"),)
    assert (night.state, night.failed, night.written) == (NightState.FAILED, 1, 2)
    assert (night.done, night.total, night.courses) == (3, 3, 1)
    with context.entered(school=f"{north}-2", actor="eva", groups=frozenset({"school_admin"})):
        assert services.school_nights() == []
        with pytest.raises(NotFound):
            services.school_night("2026-11-21")


@pytest.mark.parametrize("name", ["2026-11-22", "yesterday", "2026-11-21#x", ""])
def test_what_is_no_night_is_not_found(north: str, name: str) -> None:
    nights.claim(north, "2026-11-21")
    with pytest.raises(NotFound):
        services.school_night(name)


def test_a_teacher_does_not_see_the_nights(north: str) -> None:
    with (
        context.entered(school=north, actor="t1", groups=frozenset({"teacher"})),
        pytest.raises(Forbidden),
    ):
        services.school_nights()
