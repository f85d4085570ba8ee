"""Runs what the image holds as a container does: another user, nothing to write to but TMPDIR.

As root the whole file system is mounted read-only for the process and its user is 10001. Anybody
else cannot do that: there the content alone loses its write permissions, which is less.
"""

from __future__ import annotations

import os
import re
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from shutil import which
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

USER = 10001
DEADLINE = 90  # seconds; only guards against hanging
LISTENING = re.compile(r"Listening at: http://127\.0\.0\.1:(\d+)")
# /tmp of the container; then everything else can only be read.
CONTAINED = """
mount --bind "$1" "$1"
[ "$(stat -c %m "$2")" = / ] || { mount --bind "$2" "$2"; mount -o remount,bind,ro "$2"; }
mount -o remount,bind,ro /
shift 2
exec "$@"
"""
# It may read what this machine hides from strangers: its Python may live in root's home.
STRANGER = (
    "setpriv", "--reuid", str(USER), "--regid", str(USER), "--clear-groups", "--no-new-privs",
    "--inh-caps", "-all,+dac_read_search", "--ambient-caps", "-all,+dac_read_search",
    "--bounding-set", "-all,+dac_read_search",
)  # fmt: skip


def contains() -> bool:
    """Whether this machine lets us mount and change users."""
    return os.geteuid() == 0 and bool(which("unshare") and which("setpriv"))


@dataclass
class Vessel:
    """One process of the image."""

    process: subprocess.Popen[bytes]
    log: Path

    def says(self, words: str) -> bool:
        return re.search(words, self.log.read_text()) is not None

    def until(self, true: Callable[[], bool]) -> None:
        until(lambda: true() or self.process.poll() is not None)
        assert self.process.poll() is None, self.log.read_text()

    def port(self) -> int:
        self.until(lambda: self.says(LISTENING.pattern))
        found = LISTENING.search(self.log.read_text())
        assert found is not None
        return int(found[1])

    def stop(self) -> int:
        """Ask it to end, as ECS does, and wait for it as long as ECS would."""
        self.process.terminate()
        return self.process.wait(DEADLINE)


class Image:
    """What `deploy/image/build.sh` has made."""

    def __init__(self, prefix: Path, scratch: Path) -> None:
        self.prefix, self.scratch = prefix, scratch

    @property
    def app(self) -> Path:
        return self.prefix / "app"

    @property
    def python(self) -> Path:
        return self.prefix / "venv/bin/python"

    def environment(self, settings: Mapping[str, str]) -> dict[str, str]:
        own = {
            "PATH": os.environ["PATH"],
            "HOME": "/nonexistent",
            "LUCA_BIN": str(self.prefix / "venv/bin"),
            "LUCA_SECRET_KEY": "image",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUNBUFFERED": "1",
            "TMPDIR": str(self.scratch),
        }
        return own | dict(settings)

    def argv(self, *argv: str | Path) -> list[str]:
        words = [str(word) for word in argv]
        if not contains():
            return words
        places = [str(self.scratch), str(self.prefix)]
        mounted = ["unshare", "--mount", "sh", "-euc", CONTAINED, "vessel", *places]
        return [*mounted, *STRANGER, *words]

    def once(self, *argv: str | Path, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run a program of the image to its end."""
        return subprocess.run(
            self.argv(*argv),
            cwd=self.app,
            env=self.environment(settings),
            capture_output=True,
            text=True,
            timeout=DEADLINE,
            check=False,
        )

    def entry(self, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        return self.once(self.app / "deploy/image/run.sh", *words, **settings)

    @contextmanager
    def running(self, entry: str, log: Path, **settings: str) -> Iterator[Vessel]:
        """Start an entry point; whatever happens, it is gone at the end."""
        with log.open("wb") as output:
            process = subprocess.Popen(
                self.argv(self.app / "deploy/image/run.sh", entry),
                cwd="/",
                env=self.environment(settings),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        try:
            yield Vessel(process, log)
        finally:
            process.kill()
            process.wait()


def until(true: Callable[[], bool], seconds: float = DEADLINE) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            pytest.fail("it did not happen in time")
        time.sleep(0.05)
