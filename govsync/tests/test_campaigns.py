"""A period of all schools at once: North and South have closed it, East has not, West lacks it."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from govsync import definition, keys, services
from govsync.domain import Campaign, Opened, RunStatus, State
from govsync.models import CampaignItem
from govsync.repository import campaigns, runs
from govsync.services import beginning, campaigning, opening, visiting
from govsync.tests.cast import AUTUMN, school_year
from grades import services as grades
from luca.aws import store
from luca.kernel import clock, context
from luca.kernel.ids import SchoolId
from tenants import services as tenants
from tenants.domain import School

Country = dict[str, str]


@pytest.fixture
def country(school: str, no_grace: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Country]:  # noqa: ARG001 -- periods must close
    """Four schools by their direction; other tests' schools are there as well."""
    names = {side: f"{school}-{side}" for side in ("north", "south", "east", "west")}
    school_year(names["north"], 3)
    school_year(names["south"], 2)
    school_year(names["east"], 2, close=False)
    tenants.create_school(School(SchoolId(names["west"]), "Colegio"))
    with_them = [one for one in tenants.schools() if one.id in names.values()]
    monkeypatch.setattr(tenants, "schools", lambda: with_them)
    yield names
    store.delete(CampaignItem(keys.campaigns(), AUTUMN))


def toured(seconds: float = 120) -> Campaign:
    """Do what workers do until the campaign has ended: move it on, and each school's run."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = services.campaign(AUTUMN)
        assert found is not None
        if found.status is not RunStatus.RUNNING:
            return found
        services.advance_campaign(AUTUMN, "")
        work_on(found)
        time.sleep(0.02)
    raise AssertionError(f"The campaign has not ended: {services.campaign(AUTUMN)}")


def work_on(campaign: Campaign) -> None:
    for one in services.opened(campaign).values():
        with context.entered(school=one.school):
            run = runs.get(one.run) if one.run else None
            if run is not None and run.status is RunStatus.RUNNING:
                services.advance(run.id, run.version)


def outcomes(country: Country, campaign: Campaign) -> dict[str, Opened]:
    found = services.opened(campaign)
    return {side: found[SchoolId(name)] for side, name in country.items() if name in found}


def in_the(school: str) -> services.Status:
    with context.entered(school=school):
        return services.status(services.latest(AUTUMN).id)


@pytest.mark.usefixtures("authority")
def test_each_school_that_has_closed_the_period_is_synced_and_the_others_are_passed_over(
    country: Country,
) -> None:
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
    country: Country, crash: Crash
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
    for side in ("north", "south"):
        with context.entered(school=country[side]):
            assert len(runs.listed(AUTUMN)) == 1
        assert in_the(country[side]).run.status is RunStatus.DONE


@pytest.mark.usefixtures("authority")
def test_two_workers_never_move_a_campaign_at_once(
    country: Country, monkeypatch: pytest.MonkeyPatch
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

    assert len(seen) == 2 + len(country)
    assert all(seen), "the other one has found it in work, and left it alone"


@pytest.mark.usefixtures("authority", "country")
def test_a_message_about_another_version_changes_nothing() -> None:
    begun, _ = services.start_all(AUTUMN)

    services.advance_campaign(AUTUMN, str(begun.version + 1))

    found = campaigns.get(AUTUMN)
    assert found is not None
    assert found.version == begun.version


@pytest.mark.usefixtures("authority", "country")
def test_a_run_that_ends_wakes_its_campaign(monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[str] = []
    monkeypatch.setattr(beginning, "wake_campaign", woken.append)
    services.start_all(AUTUMN)

    toured()

    assert woken == [AUTUMN, AUTUMN]


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


@pytest.mark.usefixtures("country")
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
