"""Workers of the old and of the new machine work side by side, as in the middle of a deploy."""

from pathlib import Path

import pytest

from govsync import definition, services
from govsync.tests.conftest import SCALE
from govsync.tests.faults import staff
from govsync.tests.faults.conftest import Begin, Gather
from govsync.tests.faults.staff import INTERVAL, LEASE, Campaign
from govsync.tests.test_edited import edited

pytestmark = pytest.mark.slow


def test_each_run_ends_on_the_machine_it_began_with_whoever_works_on_it(
    begin: Begin, gather: Gather, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = edited(tmp_path)
    before = begin(1, 6)
    with gather() as crew:
        crew.hire(lease=LEASE, definition=str(definition.FILE))
        crew.hire(lease=LEASE, definition=str(new))
        monkeypatch.setattr(definition, "FILE", new)
        after = begin(1, 6)
        staff.until(lambda: before.ended() and after.ended(), pause=0.5)

    staff.check(before, INTERVAL * SCALE)
    staff.check(after, INTERVAL * SCALE)
    assert "SendBatch" in _entered(before)
    assert "Deliver" not in _entered(before)
    assert "SendBatch" not in _entered(after)


def _entered(work: Campaign) -> set[str]:
    return {one.state for _, run in work.each() for one in services.steps(run.id)}
