"""A period of all schools at once: North and South have closed it, East has not, West lacks it."""

import time
from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from govsync import definition, services
from govsync.domain import Run, RunStatus, State, Step
from govsync.engine import Phase
from govsync.repository import runs
from govsync.services import beginning, opening
from govsync.tests.cast import AUTUMN
from govsync.tests.touring import (
    Country,
    country,
    in_the,
    no_school,
    outcomes,
    toured,
    work_on,
)
from grades import services as grades
from luca.kernel import context

__all__ = ["country", "no_school"]  # fixtures


@pytest.mark.usefixtures("authority")
def test_each_school_that_has_closed_the_period_is_synced_and_the_others_are_passed_over(
    country: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[str] = []
    monkeypatch.setattr(beginning, "wake_campaign", woken.append)
    begun, fresh = services.start_all(AUTUMN)

    ended = toured()

    found = outcomes(country, ended)
    assert (fresh, ended.id, ended.status) == (True, begun.id, RunStatus.DONE)
    assert [bool(found[side].run) for side in country] == [True, True, False, False]
    assert found["east"].why_not == "period_not_closed"
    assert found["west"].why_not == "period_not_found"
    assert in_the(country["north"]).records == {State.VERIFIED: 3}
    assert in_the(country["south"]).records == {State.VERIFIED: 2}
    assert in_the(country["south"]).run.campaign == begun.id
    assert woken == [AUTUMN, AUTUMN], "a run that ends wakes its campaign"


@pytest.mark.usefixtures("authority")
def test_a_campaign_that_is_begun_again_adds_only_who_has_no_run(country: Country) -> None:
    first, _ = services.start_all(AUTUMN)
    again, fresh = services.start_all(AUTUMN)
    toured()
    school_closes(country["east"])
    second, _ = services.start_all(AUTUMN)

    toured()

    assert (again.id, fresh) == (first.id, False), "one campaign of a period at a time"
    found = outcomes(country, second)
    assert [found[side].why_not for side in ("north", "south")] == ["nothing_to_send"] * 2
    assert in_the(country["east"]).run.id == found["east"].run
    with context.entered(school=country["north"]):
        assert len(runs.listed(AUTUMN)) == 1


@pytest.mark.usefixtures("authority")
def test_a_school_that_fails_keeps_no_other_from_its_run(
    country: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken_in_the_north(wanted: str) -> str:
        if context.school() == country["north"]:
            raise RuntimeError
        return why_none(wanted)  # type: ignore[arg-type]

    why_none = opening.why_none
    monkeypatch.setattr(opening, "why_none", broken_in_the_north)
    services.start_all(AUTUMN)

    ended = toured()

    found = outcomes(country, ended)
    assert ended.status is RunStatus.DONE
    assert (found["north"].run, found["north"].why_not) == ("", "Gov.Broken")
    assert in_the(country["south"]).run.status is RunStatus.DONE


@pytest.mark.usefixtures("authority")
def test_a_school_that_is_paused_in_the_middle_is_left_to_its_operator(country: Country) -> None:
    begun, _ = services.start_all(AUTUMN)
    services.advance_campaign(AUTUMN, "")
    with context.entered(school=country["north"]):
        services.pause()

    ended = toured()

    north = outcomes(country, ended)["north"]
    assert ended.status is RunStatus.DONE
    assert (bool(north.run), north.why_not) == (True, "States.TaskFailed")
    with context.entered(school=country["north"]):
        (resumed,) = services.resume()
    assert (resumed.id, resumed.campaign) == (north.run, begun.id)


@pytest.mark.usefixtures("authority")
def test_at_most_so_many_schools_at_once_as_the_machine_says(
    country: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    parent = opening_machine(country, monkeypatch, most=1)
    services.start_all(AUTUMN)
    under_way = []
    for _ in range(400):
        services.advance_campaign(AUTUMN, "")
        found = services.campaign(AUTUMN)
        assert found is not None
        if found.status is not RunStatus.RUNNING:
            break
        under_way.append(sum(in_work(name) for name in country.values()))
        work_on(found)
        time.sleep(0.02)

    assert '"MaxConcurrency":1,' in parent
    assert max(under_way) == 1
    assert in_the(country["south"]).run.status is RunStatus.DONE


@pytest.mark.usefixtures("authority")
def test_pages_of_schools_follow_each_other(
    country: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "PAGE", 1)
    services.start_all(AUTUMN)

    ended = toured()

    assert len(services.opened(ended)) == len(country)
    assert in_the(country["north"]).run.status is RunStatus.DONE


@pytest.mark.usefixtures("authority")
def test_an_operator_sees_the_campaign_and_one_line_for_each_school(country: Country) -> None:
    would = said("start", "--all-schools", "--period", AUTUMN, "--dry-run")
    none = said("status", "--all-schools")
    did = said("start", "--all-schools", "--period", AUTUMN)
    again = said("start", "--all-schools", "--period", AUTUMN)
    services.advance_campaign(AUTUMN, "")
    now = said("status", "--all-schools", "--period", AUTUMN)
    toured()
    at_last = said("status", "--all-schools", "--period", AUTUMN)

    assert f"{country['north']}: would start" in would
    assert f"{country['east']}: period_not_closed" in would
    assert "4 schools: 4 no run" in none
    assert "started" in did
    assert "under way already" in again
    assert "RUNNING, by celery: 4 schools asked, 2 runs opened" in now
    assert f"{country['south']}: RUNNING" in now
    assert f"{country['east']}: no run (period_not_closed)" in now
    assert "DONE, by celery" in at_last


@pytest.mark.usefixtures("no_school")
def test_a_preview_begins_nothing() -> None:
    said("start", "--all-schools", "--period", AUTUMN, "--dry-run")

    assert services.campaign(AUTUMN) is None


def test_one_school_or_all_of_them() -> None:
    with pytest.raises(CommandError, match="one of the arguments"):
        said("start", "--period", AUTUMN)
    with pytest.raises(CommandError, match="not allowed with"):
        said("status", "--all-schools", "--school", "a")
    with pytest.raises(CommandError, match="status --all-schools"):
        said("start", "--all-schools", "--period", AUTUMN, "--watch")


def said(*words: str) -> str:
    out = StringIO()
    call_command("govsync", *words, stdout=out, stderr=StringIO())
    return out.getvalue()


def school_closes(name: str) -> None:
    with context.entered(school=name):
        grades.consolidate(AUTUMN, close=True)


def in_work(name: str) -> bool:
    with context.entered(school=name):
        return bool(runs.under_way())


def opening_machine(country: Country, patch: pytest.MonkeyPatch, *, most: int) -> str:  # noqa: ARG001 -- it must be there
    """The deployed machine, but for how many schools it serves at once."""
    text = definition.current_parent().replace('"MaxConcurrency":20,', f'"MaxConcurrency":{most},')
    patch.setattr(definition, "current_parent", lambda: text)
    return text


@pytest.mark.usefixtures("authority")
def test_an_execution_that_only_hands_over_to_the_next_is_no_failure(country: Country) -> None:
    begun, _ = services.start_all(AUTUMN)
    given = {"call": {"period": AUTUMN, "campaign": begun.id}, "error": {"Error": "Gov.Continue"}}
    with context.entered(school=country["north"]):
        opening.open_run(given["call"])

        opening.note_school(given)
        assert outcomes(country, begun)["north"].why_not == ""

        run = services.latest(AUTUMN)
        failed = Step(run.version + 1, "Failed", "FAILED", run.began, 1)
        runs.move(ended(run), run.version, [failed])
        opening.note_school(given)
        assert outcomes(country, begun)["north"].why_not == "Gov.Continue"


def ended(run: Run) -> Run:
    failed = replace(run.execution, phase=Phase.FAILED, error="Gov.Broken")
    return replace(run, execution=failed, version=run.version + 1)
