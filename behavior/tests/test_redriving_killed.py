"""A real `manage.py behavior redrive`, killed on its way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from behavior.tests.deliveries import NOW, message, sent, stored
from behavior.tests.operators import consumed, counted, refused
from behavior.tests.test_consumer import ROOT, Aws, until
from behavior.tests.test_redriving import define
from luca.aws import queue
from luca.kernel.ids import uuid7

if TYPE_CHECKING:
    from pathlib import Path

    from behavior.tests.operators import ActingAs

LETTERS = 25


def redrive(aws: Aws, log: Path, *words: str) -> subprocess.Popen[bytes]:
    environ = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "manage.py", "behavior", "redrive", *words],
            cwd=ROOT,
            env=environ | aws.environment("platform"),
            stdout=output,
            stderr=output,
        )


@pytest.mark.slow
def test_a_redrive_that_is_killed_loses_nothing(
    aws: Aws, school: str, acting_as: ActingAs, tmp_path: Path
) -> None:
    """Letters that it held are back after half a minute, and so this takes as long.

    A poll that outlived its consumer may have taken a message too: for a minute at most.
    """

    def all_are_stored() -> bool:
        consumed(acting_as)
        return len(stored()) == LETTERS

    refused(
        acting_as,
        *[
            message(sent(type="telepathy", event_id=uuid7(NOW)), school=school, request=str(n))
            for n in range(LETTERS)
        ],
    )
    define("telepathy", school)
    log = tmp_path / "log"
    process = redrive(aws, log, "--school", school, "--rate", "5/s")
    until(lambda: queue.depth("behavior").waiting >= 5, 90)
    process.send_signal(signal.SIGKILL)
    process.wait(90)
    consumed(acting_as)
    assert 0 < len(stored()) < LETTERS

    until(lambda: queue.depth("behavior-dlq").in_flight == 0, 90)
    assert redrive(aws, log, "--school", school).wait(90) == 0
    until(all_are_stored, 150)
    assert counted(school) == {}


@pytest.mark.slow
def test_words_that_make_no_sense_are_the_shells_business(aws: Aws, tmp_path: Path) -> None:
    log = tmp_path / "log"
    assert redrive(aws, log, "--reason", "sloth").wait(90) == 2
    assert "invalid choice: 'sloth'" in log.read_text()
