"""One worker's clock jumps an hour ahead, an hour back, and right again, while it works."""

from functools import partial
from pathlib import Path

import pytest

from govsync import definition
from govsync.repository import batches
from govsync.tests.conftest import SCALE
from govsync.tests.faults import staff
from govsync.tests.faults.conftest import Begin, Gather
from govsync.tests.faults.staff import INTERVAL, LEASE, Campaign, Worker

pytestmark = pytest.mark.slow
HOUR = 3600
TURN = 1.0  # the runs go from hand to hand, so that each clock sees what the other has written
MOVES = 4


def test_a_clock_that_jumps_an_hour_forth_and_back(
    begin: Begin, gather: Gather, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(definition, "FILE", _patient(tmp_path))
    work = begin(2, 30)
    clock = tmp_path / "clock"
    clock.write_text("0")
    with gather() as crew:
        wrong = crew.hire(lease=LEASE, turn=TURN, clock=str(clock))
        staff.until(lambda: wrong.moves)  # alone it is sure to get work
        crew.hire(lease=LEASE, turn=TURN)
        for jump in (HOUR, -HOUR, 0):
            _jumped(clock, jump)
            staff.until(partial(_both_went_on, work, wrong, _answered(work), wrong.moves), 0.2)
            assert not work.ended(), "it was in the middle"
        staff.until(work.ended, pause=0.5)

    staff.check(work, INTERVAL * SCALE)


def _patient(folder: Path) -> Path:
    """The machine, but an hour, which is a hundred of the sync's here, is not its whole time."""
    text, limit = definition.FILE.read_text(encoding="utf-8"), '"TimeoutSeconds": 169200,'
    assert limit in text
    copy = folder / "patient.asl.json"
    copy.write_text(text.replace(limit, '"TimeoutSeconds": 16920000,'), encoding="utf-8")
    return copy


def _both_went_on(work: Campaign, wrong: Worker, answered: int, moves: int) -> bool:
    """Whether the worker with this clock has moved runs, and batches were answered by it."""
    gone_on = _answered(work) >= answered + MOVES and wrong.moves >= moves + MOVES
    return work.ended() or gone_on


def _answered(work: Campaign) -> int:
    return sum(not line.open for _, run in work.each() for line in batches.book(run.id))


def _jumped(clock: Path, seconds: int) -> None:
    """Let the file change at once: whoever reads it meanwhile finds the old text or the new."""
    fresh = clock.with_suffix(".new")
    fresh.write_text(str(seconds))
    fresh.replace(clock)
