"""The embedded AWS is stopped and started again in the middle of two runs."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from govsync.repository import batches
from govsync.tests.conftest import SCALE
from govsync.tests.faults import staff
from govsync.tests.faults.conftest import Begin, Gather
from govsync.tests.faults.staff import INTERVAL, LEASE, Campaign
from luca.localaws import embedded

if TYPE_CHECKING:
    from luca.localaws.embedded import Embedded

pytestmark = pytest.mark.slow


def test_all_of_aws_goes_away_and_comes_back_in_the_middle(
    aws: "Embedded", begin: Begin, gather: Gather
) -> None:
    work = begin(2, 8)
    with gather() as crew:
        for _ in range(2):
            crew.hire(lease=LEASE)
        staff.until(lambda: 3 < _answered(work) < 14)
        _restarted(aws)
        assert not work.ended(), "it was in the middle"
        staff.until(work.ended, pause=0.5)

    staff.check(work, INTERVAL * SCALE)


def _answered(work: Campaign) -> int:
    return sum(not line.open for _, run in work.each() for line in batches.book(run.id))


def _restarted(aws: "Embedded") -> None:
    """Stop it as an operator does and start it with its state, where everybody looks for it."""
    aws.stop()
    port = urlsplit(aws.endpoint).port or 0
    again = embedded.start(aws.home, port, time_scale=str(SCALE))
    aws.process, aws.lifeline = again.process, again.lifeline
    assert again.endpoint == aws.endpoint
    assert again.lost == ""
