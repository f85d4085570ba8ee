"""Compaction is killed twenty times beside a writer that never rests."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from threading import Event, Thread

import pytest
from django.conf import settings

from lake.repository.compacting import compact
from lake.tests.making import OCTOBER, Line, counted, event, write
from luca.aws import lake
from luca.kernel import context

KILLS = 20
ROWS = 3  # of a file


class Writer(Thread):
    """Writes file after file, and now and then one once more, as a killed one does."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.written: list[Line] = []
        self.stopping = Event()

    def run(self) -> None:
        with context.entered(school="north"):
            for number in count():
                rows = [event(ROWS * number + n) for n in range(ROWS)]
                write(OCTOBER, f"f{number:05}", rows)
                self.written += rows
                if number % 5 == 4:
                    write(OCTOBER, f"f{number - 3:05}", self.written[-4 * ROWS : -3 * ROWS])
                if self.stopping.wait(0.02):
                    return


@contextmanager
def compacting() -> Iterator[subprocess.Popen[str]]:
    environment = {
        **os.environ,
        "LUCA_LAKE_FOLDER": settings.LAKE_FOLDER,
        "LUCA_SECRET_KEY": "tests-only",
    }
    with subprocess.Popen(
        [sys.executable, "-m", "lake.tests.compacting_forever", str(os.getpid())],
        env=environment,
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        try:
            yield process
        finally:
            process.send_signal(signal.SIGKILL)


def wait_for_a_swap() -> None:
    before, since = lake.read(f"{OCTOBER}_manifest.json"), time.monotonic()
    while lake.read(f"{OCTOBER}_manifest.json") == before:
        assert time.monotonic() < since + 60
        time.sleep(0.005)


def keys(rows: list[Line]) -> set[object]:
    return {one["sk"] for one in rows}


@pytest.mark.slow
@pytest.mark.usefixtures("north")
def test_killed_twenty_times_beside_a_writer_every_row_is_there_once() -> None:
    writer = Writer()
    writer.start()
    for turn in range(KILLS):
        with compacting():
            wait_for_a_swap()
            time.sleep(turn * 37 % 100 / 500)  # up to 0.2 s, in no order
        before = keys(writer.written[:])
        assert before <= keys(counted(OCTOBER))
    writer.stopping.set()
    writer.join(60)

    compact(OCTOBER, ())

    rows = counted(OCTOBER)
    assert len(rows) == len(keys(rows))
    assert rows == writer.written
    assert len(lake.files(OCTOBER)) == 2  # the manifest and one file
