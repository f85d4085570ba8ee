"""A power cut in the middle of an erasure: the same command again finishes it."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.privacy.cast import GUARDIAN_MAIL, MARKS, NANDU, REASON, table_text
from tests.privacy.reading import ROOT
from tests.privacy.test_erase import erased

if TYPE_CHECKING:
    from luca.localaws.embedded import Embedded

pytestmark = pytest.mark.slow
# A slow store, so that the kill falls into the middle: one pause for each item that goes.
SLOWLY = """
import sys, time
from luca.aws.store import raw
from django.core.management import execute_from_command_line
def slowed(act):
    def later(*given):
        time.sleep(0.15)
        act(*given)
        print("step", flush=True)
    return later
raw.remove, raw.strip, raw.discard = slowed(raw.remove), slowed(raw.strip), slowed(raw.discard)
execute_from_command_line(["manage.py", *sys.argv[1:]])
"""


@pytest.mark.parametrize("steps", [1, 7, 13, 17])
def test_killed_half_way_the_same_command_finishes(
    north: str, aws: "Embedded", tmp_path: Path, steps: int
) -> None:
    out = tmp_path / "c.json"
    command = ("erase_person", NANDU, "--school", north, "--reason", REASON, "--out", str(out))
    environment = {**aws.environment("platform"), "PATH": os.environ["PATH"]}
    process = subprocess.Popen(
        [sys.executable, "-c", SLOWLY, *command],
        cwd=ROOT,
        env={**environment, "DJANGO_SETTINGS_MODULE": "luca.settings"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    with process.stdout:
        for _ in range(steps):
            assert process.stdout.readline() == "step\n"
        process.send_signal(signal.SIGKILL)
        assert process.wait(20) == -signal.SIGKILL
    left = table_text(aws, north).replace(GUARDIAN_MAIL, "")
    assert any(mark in left for mark in MARKS), "it was killed before the end"
    assert not out.exists()
    time.sleep(0.1)

    certificate = erased(NANDU, north, out)

    after = table_text(aws, north).replace(GUARDIAN_MAIL, "")
    assert [mark for mark in MARKS if mark in after] == []
    assert certificate["found"]["profile"] == {"removed": 1}
    assert certificate["found"]["login"] == {"removed": 1}, "counted when it was first found"
    assert json.loads(out.read_text()) == certificate
