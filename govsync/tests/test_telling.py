"""Who is told of what: the alerts of the sync, each once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from govsync import pace, services
from govsync.domain import Risk, RunStatus
from govsync.repository import runs
from govsync.services import burying, freezing
from govsync.tests.cast import AUTUMN, work
from govsync.tests.outside import Outside
from govsync.tests.test_operating import one_dead_batch
from luca.kernel import clock, context

Told = list[dict[str, Any]]
BUDGET = timedelta(hours=0.47)  # 47 hours, a hundred times as fast


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    """What is published; that it arrives at the topic is luca/aws/tests/test_alerts.py's."""
    found: Told = []

    def publish(topic: str, subject: str, facts: Any) -> bool:
        school = context.current().school or ""
        found.append({"topic": topic, "subject": subject, "school": school, **facts})
        return True

    monkeypatch.setattr("luca.aws.alerts.publish", publish)
    return found


@pytest.mark.usefixtures("authority", "village")
def test_everybody_is_told_once_that_the_authority_is_down_and_once_that_it_is_back(
    told: Told,
) -> None:
    def fail(_: int = 0) -> None:
        pace.note(failed=True)

    def succeed(_: int = 0) -> None:
        pace.note(failed=False)

    fail()
    succeed()
    assert told == [], "one failure is no outage"

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(context.carried(fail), range(18)))
    while pace.failures() < pace.FAILURES + 2:
        fail()
    assert [(one["topic"], one["state"], one["failures"]) for one in told] == [
        ("alerts", "down", pace.FAILURES)
    ]
    assert "one call in five minutes" in told[0]["what_to_do"]
    assert told[0]["open_until"] > clock.stamp(clock.now())

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(context.carried(succeed), range(6)))
    succeed()
    assert [one["state"] for one in told] == ["down", "answers"]
    assert {one["school"] for one in told} == {""}, "not only the school's whose call it was"


def test_a_batch_that_is_given_up_is_told_with_what_to_do(
    village: str, authority: Outside, told: Told
) -> None:
    run = one_dead_batch(authority)

    (letter,) = services.letters(school=village)[0]
    (one,) = (fact for fact in told if fact.get("kind") == "govsync.batch")
    assert (one["topic"], one["school"], one["run"], one["batch"]) == (
        "alerts",
        village,
        run.id,
        letter.batch,
    )
    assert (one["state"], one["attempts"], one["records"]) == ("DEAD", 4, 3)
    assert one["what_to_do"] == letter.what_to_do
    assert "Núñez" not in str(told)


@pytest.mark.usefixtures("authority")
def test_a_run_that_fails_and_a_school_that_is_held_are_told(village: str, told: Told) -> None:
    run = services.start(AUTUMN)
    burying.bury_run(run, {"Error": "States.Timeout", "Cause": "Gone on for too long."})
    services.pause()
    services.pause()

    failed, held = told
    assert (failed["kind"], failed["run"], failed["error"]) == (
        "govsync.run",
        run.id,
        "States.Timeout",
    )
    assert (held["school"], held["reason"]) == (village, "operator")
    assert "resume" in held["what_to_do"]


@pytest.mark.slow
@pytest.mark.usefixtures("authority", "village")
def test_a_paused_run_is_foreseen_and_told_when_its_deadline_has_passed(told: Told) -> None:
    run = services.start(AUTUMN)
    freezing.snapshot(run)
    services.pause()

    def foresee(at: Any) -> list[str]:
        told.clear()
        with clock.stopped(at):
            services.foresee()
        mine = [one for one in told if one.get("run") == run.id]
        assert {one["status"] for one in mine} <= {"PAUSED"}
        return [one["state"] for one in mine]

    assert foresee(run.started + timedelta(minutes=1)) == []
    just = run.started + BUDGET - timedelta(milliseconds=100)
    assert foresee(just) == ["at_risk"]
    assert foresee(just) == []
    assert foresee(run.started + BUDGET + timedelta(minutes=1)) == ["overdue"]
    assert foresee(run.started + BUDGET + timedelta(hours=9)) == []
    assert runs.risk(run.id) is Risk.OVERDUE
    with clock.stopped(run.started + BUDGET + timedelta(hours=9)):
        assert services.forecast(services.status(run.id)).overdue


@pytest.mark.slow
@pytest.mark.usefixtures("authority", "village")
def test_reading_back_once_more_after_the_deadline_is_not_late(told: Told) -> None:
    run = services.start(AUTUMN).id
    work(run)
    services.reconcile(run)

    with clock.stopped(clock.now() + timedelta(days=5)):
        services.foresee()
        assert services.status(run).run.status is RunStatus.RUNNING
        assert not services.forecast(services.status(run)).overdue
    assert [one for one in told if one.get("run") == run] == []
