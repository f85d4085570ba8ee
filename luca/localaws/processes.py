"""Processes by their pid files: start one, see whether it lives, end it.

A pid alone proves nothing: it may belong to another program by now. A record therefore keeps the
process's start time too, where the system tells it.
"""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

WAIT_STEP = 0.05


@dataclass(frozen=True, slots=True)
class Record:
    """What a pid file holds."""

    pid: int
    since: float  # epoch seconds
    birth: str  # the system's own idea of when the process began
    log_from: int = 0  # where in its log this run begins


def launch(argv: Sequence[str], log: Path, environ: Mapping[str, str], folder: Path) -> Record:
    """Start a process that outlives this one and a Ctrl-C in this terminal."""
    begins = log.stat().st_size if log.exists() else 0
    with log.open("ab") as stream:
        process = subprocess.Popen(  # noqa: S603 -- our own table of programs
            list(argv),
            cwd=folder,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            start_new_session=True,
        )
    forget(process)
    return record(process.pid, begins)


def record(pid: int, log_from: int = 0) -> Record:
    return Record(pid, time.time(), _birth(pid), log_from)


def write(file: Path, found: Record) -> None:
    file.write_text(json.dumps(asdict(found)), encoding="utf-8")


def read(file: Path) -> Record | None:
    try:
        return Record(**json.loads(file.read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def alive(found: Record | None) -> bool:
    """Whether that very process still runs; a child that has ended is cleared away."""
    if found is None:
        return False
    with contextlib.suppress(ChildProcessError):
        if os.waitpid(found.pid, os.WNOHANG)[0] == found.pid:
            return False
    try:
        os.kill(found.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return False  # it is somebody else's, so not ours
    return _birth(found.pid) == found.birth


def send(found: Record, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(found.pid, number)


def gone(found: Record, seconds: float) -> bool:
    """Wait until the process has ended; False when it did not in time."""
    deadline = time.monotonic() + seconds
    while alive(found):
        if time.monotonic() > deadline:
            return False
        time.sleep(WAIT_STEP)
    return True


def _birth(pid: int) -> str:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return ""  # no /proc here, or no such process: the pid alone must do
    state, *rest = stat.rpartition(")")[2].split()
    return "" if state == "Z" else rest[18]  # field 22: the start, in ticks since boot


def forget(process: subprocess.Popen[bytes]) -> None:
    """``alive`` collects the child; Popen must neither wait for it nor warn about it."""
    process.returncode = 0
