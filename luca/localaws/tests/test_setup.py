"""Before anything runs: a missing Python, a home that is empty, a parent that is gone."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from luca.localaws import processes

ROOT = Path(__file__).parents[3]
OLD_PYTHON = '#!/bin/sh\n[ "$1" = -V ] && echo Python 3.9.1 && exit 0\nexit 1\n'
STARTER = """
import sys, time
from pathlib import Path
from luca.localaws import embedded
print(embedded.start(Path(sys.argv[1])).pid, flush=True)
time.sleep(60)
"""


def set_up(folder: Path, python: str) -> subprocess.CompletedProcess[str]:
    (folder / "requirements").mkdir(exist_ok=True)
    (folder / "requirements" / "dev.txt").touch()
    return subprocess.run(
        ["sh", ROOT / "deploy/local/venv.sh", python],  # noqa: S607
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_missing_python_is_one_clear_line(tmp_path: Path) -> None:
    done = set_up(tmp_path, "python-that-is-not-there")
    assert done.returncode != 0
    (line,) = done.stderr.splitlines()
    assert "there is no python-that-is-not-there here" in line


def test_an_old_python_is_one_clear_line(tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.write_text(OLD_PYTHON)
    old.chmod(0o755)
    done = set_up(tmp_path, str(old))
    assert done.returncode != 0
    (line,) = done.stderr.splitlines()
    assert "Python 3.9.1; Luca needs Python 3.11 or newer" in line


def test_a_home_that_never_ran_is_one_clear_line(tmp_path: Path) -> None:
    settings = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    done = subprocess.run(
        [sys.executable, ROOT / "manage.py", "check"],
        env={**settings, "LUCA_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    (line,) = done.stderr.splitlines()
    assert "run `make up` first" in line


@pytest.mark.slow
def test_the_emulator_of_a_test_ends_with_the_test(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STARTER, tmp_path], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as parent:
        assert parent.stdout is not None
        emulator = processes.record(int(parent.stdout.readline()))
        assert processes.alive(emulator)
        parent.send_signal(signal.SIGKILL)
    assert processes.gone(emulator, 60)
