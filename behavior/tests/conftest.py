"""The school of school_days, on its Saturday; and a queue whose messages are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from behavior.tests.school_days import NOW, found_school
from luca.aws import queue
from luca.kernel import clock

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def liceo(school: str) -> Iterator[str]:
    with clock.stopped(NOW):
        found_school(school)
        yield school


@pytest.fixture
def sent_messages(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What goes to the queue, kept here instead."""
    kept: list[str] = []
    monkeypatch.setattr(queue, "send_batch", lambda _queue, bodies, **_: kept.extend(bodies))
    return kept
