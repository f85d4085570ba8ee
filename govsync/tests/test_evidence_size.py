"""Evidence at size: batches of almost a megabyte each, and the memory of a few of them."""

import sys
import tracemalloc
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import TypeVar

import pytest

from govsync import services
from govsync.domain import RunStatus
from govsync.rules import freezing
from govsync.tests.cast import AUTUMN, school_year, work
from luca.api.tests.asking import Ask
from luca.aws import jobs

pytestmark = pytest.mark.slow
R = TypeVar("R")
BATCHES, EACH = 60, 3
LENGTH = 330_000  # characters that are added to a record: three make a batch
MEGABYTE = 1_000_000
BOUND = 25 * MEGABYTE


def heavy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each record have words of its own that no packing makes much smaller."""
    text = freezing.canonical

    def canonical(value: object) -> str:
        if isinstance(value, dict) and "record_id" in value and "revision" not in value:
            value["note"] = Random(value["record_id"]).randbytes(LENGTH // 2).hex()  # noqa: S311 -- it hides nothing
        return text(value)

    monkeypatch.setattr(freezing, "canonical", canonical)
    monkeypatch.setattr(freezing, "MOST_RECORDS", EACH)
    monkeypatch.setattr(sys.modules["tenants.services.schools"], "GRACE", timedelta())


def peak(act: Callable[[], R]) -> tuple[R, int]:
    """What an act returns, and the most memory that Python held for it, in bytes."""
    tracemalloc.start()
    try:
        return act(), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.usefixtures("authority")
def test_a_large_archive_is_packed_taken_along_and_checked_in_the_memory_of_a_few_batches(
    school: str, ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        heavy(patch)
        school_year(school, BATCHES * EACH)
        run = services.start(AUTUMN)
        assert work(run.id, 600).run.status is RunStatus.DONE
    ask.school, ask.who = school, "olga/gov_operator"
    files, size = services.estimate(run.id)
    assert (files > 2 * BATCHES, size > BATCHES * 0.98 * MEGABYTE) == (True, True)
    asked = ask("POST", f"/govsync/runs/{run.id}/evidence").json()

    _, packing = peak(lambda: jobs.run(asked["id"], services.evidence_for_job))
    done = ask("GET", f"/jobs/{asked['id']}").json()
    target = tmp_path / "evidence.zip"
    _, taking = peak(lambda: _take(ask, done["file"], target))
    found, checking = peak(lambda: services.verify(target, done["result"]["root"]))

    assert target.stat().st_size == done["result"]["bytes"] > 0.4 * size
    assert (found.findings, found.notes) == ((), ())
    assert found.manifest["counts"]["batches"] == BATCHES
    assert max(packing, taking, checking) < BOUND < done["result"]["bytes"], (
        packing,
        taking,
        checking,
    )


def _take(ask: Ask, place: str, target: Path) -> None:
    """Write a download as it comes."""
    answer = ask("GET", place)
    with target.open("wb") as file:
        for part in answer.streaming_content:
            file.write(part)
