"""What somebody sees who has not set anything up."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    "command",
    [
        ["consolidate"],
        ["export_grades", "--school", "north", "--period", "2026-1"],
        ["list_schools"],
    ],
)
def test_without_an_aws_a_command_says_what_to_do_in_one_line(command: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env={"LUCA_SECRET_KEY": "k", "PATH": "/usr/bin"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "set LUCA_HOME=var/local after `make up`" in done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
