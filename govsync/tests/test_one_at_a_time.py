"""Of a period one run is under way, whoever asks for how many at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from govsync import services
from govsync.domain import RunStatus, State
from govsync.repository import runs
from govsync.tests.cast import AUTUMN, work
from govsync.tests.test_corrections import ADA, corrected
from luca.kernel import context
from luca.kernel.errors import Conflict

pytestmark = pytest.mark.usefixtures("authority")


def at_once(acts: list[Callable[[], Any]], school: str) -> list[str]:
    """What becomes of several people's acts at one moment: done, or why not."""

    def go(act: Callable[[], Any]) -> str:
        with context.entered(school=school):
            try:
                act()
            except Conflict as refused:
                return refused.code
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(go, acts))


def test_of_four_starts_at_once_one_begins(village: str) -> None:
    became = at_once([lambda: services.start(AUTUMN)] * 4, village)

    assert became == ["done", *["run_under_way"] * 3]
    assert len(runs.listed(AUTUMN)) == 1
    assert len(runs.under_way()) == 1


def test_an_ended_run_begins_again_only_while_no_other_is_under_way(village: str) -> None:
    first = work(services.start(AUTUMN).id).run
    second = services.start(AUTUMN)

    for act in (services.redrive, services.reconcile):
        with pytest.raises(Conflict, match=second.id) as refused:
            act(first.id)
        assert refused.value.code == "run_under_way"
    assert services.run(first.id) == first, village

    work(second.id)
    services.reconcile(first.id)
    with pytest.raises(Conflict, match=first.id):
        services.start(AUTUMN)
    assert work(first.id).run.status is RunStatus.DONE


def test_an_older_run_and_a_new_one_that_are_asked_for_at_once_do_not_both_begin(
    village: str,
) -> None:
    first = work(services.start(AUTUMN).id).run

    became = at_once(
        [lambda: services.reconcile(first.id), lambda: services.start(AUTUMN)] * 2, village
    )

    assert became.count("done") == 1
    assert len(runs.under_way()) == 1


def test_a_paused_run_keeps_the_period_until_it_is_resumed(village: str) -> None:
    first = work(services.start(AUTUMN).id).run
    corrected(ADA, "99")
    second = services.start(AUTUMN)
    services.pause()
    with pytest.raises(Conflict) as refused:
        services.reconcile(first.id)
    assert refused.value.code == "sync_held"

    assert [one.id for one in services.resume()] == [second.id]
    assert work(second.id).records == {State.VERIFIED: 1, State.BLOCKED_LOCAL: 1}, village
    assert [one.id for one in runs.under_way()] == []
