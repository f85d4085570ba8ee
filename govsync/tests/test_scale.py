"""Campaigns in virtual time keep the limits, and docs/govsync-scale.md says what they cost."""

from itertools import pairwise
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from bench.govsync_scale import HOUR, campaign, figures, simulated, table
from bench.virtual import Plan, World
from govsync.tests.outside import ROOT

DOC = ROOT / "docs" / "govsync-scale.md"


@pytest.fixture(autouse=True)
def _as_deployed(settings: Settings) -> None:
    settings.GOVSYNC_TIME_SCALE = 1.0
    settings.AUTHORITY_INTERVAL = 2.0


def gaps(world: World) -> list[float]:
    calls = sorted(at for one in world.schools for at in one.calls)
    return [round(later - earlier, 6) for earlier, later in pairwise(calls)]


def test_a_school_alone_costs_what_the_paper_says() -> None:
    world = simulated(Plan((1000,), at_once=1))

    (school,) = world.schools
    assert (len(school.calls), school.buried) == (11, 0)
    assert school.attempts == {1: 10}
    one_more = simulated(Plan((1100,), at_once=1)).schools[0].events - school.events
    assert 26 <= one_more <= 36 + 20, "a batch, and a page at most"
    assert min(gaps(world)) >= 2


def test_an_outage_costs_no_batch_its_life_and_probes_once_in_five_minutes() -> None:
    plan = Plan((1000,) * 3, at_once=3, outage_from=20, outage_for=2 * HOUR)

    world = simulated(plan)

    assert [one.buried for one in world.schools] == [0, 0, 0]
    assert 5 <= world.refused <= 5 + 2 * HOUR / 300
    assert sum(one.batches for one in world.schools) == 30
    assert all(one.ended > plan.outage_for for one in world.schools)
    assert max(one.events for one in world.schools) < 30 * 36 + 24 * 10 + 200


@pytest.mark.slow
@pytest.mark.parametrize("schools", [1, 3])
def test_six_hours_without_the_authority_fit_into_the_history_of_a_large_school(
    schools: int,
) -> None:
    plan = Plan((50_000,) * schools, at_once=schools, outage_from=600, outage_for=6 * HOUR)

    world = simulated(plan)

    assert [one.buried for one in world.schools] == [0] * schools
    assert all(sum(one.attempts.values()) == one.batches == 500 for one in world.schools)
    assert 60 <= world.refused <= 5 + 6 * HOUR / 300
    assert max(one.events for one in world.schools) < 25_000
    assert all(6 * HOUR < one.ended < 47 * HOUR for one in world.schools)
    assert min(gaps(world)) >= 2


def test_schools_of_all_sizes_get_equal_turns_while_they_have_work() -> None:
    world = simulated(Plan((500, 5000, 50_000), at_once=3))

    small, middle, large = world.schools
    assert small.ended < middle.ended < large.ended
    while_all = [sum(at < small.ended for at in one.calls) for one in world.schools]
    assert max(while_all) - min(while_all) <= 2
    while_two = [sum(at < middle.ended for at in one.calls) for one in (middle, large)]
    assert abs(while_two[0] - while_two[1]) <= 3
    assert min(gaps(world)) >= 2


def test_the_same_plan_gives_the_same_figures() -> None:
    plan = Plan((300, 200), at_once=2, outage_from=5, outage_for=400)

    assert figures(simulated(plan)) == figures(simulated(plan))


@pytest.mark.slow
def test_the_document_shows_what_the_campaign_costs() -> None:
    assert table(simulated(campaign())) == shown(DOC)


def shown(document: Path) -> str:
    text = document.read_text()
    return text.partition("<!-- table -->\n")[2].partition("\n<!-- end -->")[0]
