"""Records as large as the contract foresees, and larger, through the store to the authority."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from govsync import rules, services
from govsync.domain import RunStatus, State
from govsync.repository import batches
from govsync.tests.cast import AUTUMN, work
from govsync.tests.outside import Outside
from luca.aws import storage


def heavy(kilobytes: int) -> Callable[..., dict[str, Any]]:
    """Metadata of about this size, of words that no packing makes smaller."""
    real, dice = rules.metadata, Random(7)  # noqa: S311 -- it hides nothing

    def metadata(*given: Any) -> dict[str, Any]:
        return {**real(*given), "note": dice.randbytes(kilobytes * 500).hex()}

    return metadata


@pytest.mark.parametrize(("kilobytes", "sizes"), [(8, [100, 20]), (12, [78, 42])])
@pytest.mark.usefixtures("north")
def test_records_of_the_contract_s_size_arrive_a_hundred_at_a_time_or_a_megabyte(
    authority: Outside, monkeypatch: pytest.MonkeyPatch, kilobytes: int, sizes: list[int]
) -> None:
    monkeypatch.setattr(rules, "metadata", heavy(kilobytes))
    run = services.start(AUTUMN).id

    found = work(run)

    assert found.run.status is RunStatus.DONE, found.run.execution
    assert found.records == {State.VERIFIED: 120, State.BLOCKED_LOCAL: 3}
    lines = [one for one in batches.book(run) if one.state is State.VERIFIED]
    assert [one.size for one in lines] == sizes
    for one in lines:
        sent = storage.read(f"govsync/{run}/evidence/{one.number}/payload.json") or b""
        assert kilobytes * 1000 * one.size < len(sent) <= rules.MOST_BYTES
    assert authority.report()["most_keys_of_a_body"] == 1
