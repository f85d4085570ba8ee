"""Workers by the dozen: a process that has read everything forks each of them.

A fork is a process of its own, works as production's workers do, and dies alone
when it is killed; it only starts ten times as fast. It reads one JSON object a
line: `log`, and what a worker has of its own: `lease` and `turn` in seconds, `clock`,
a file with the seconds by which its clock is wrong, `definition`, the machine that
it was deployed with. It answers with the worker's pid, and ends with its input.
"""
# ruff: noqa: PLC0415 -- what is imported when is the point of it

import ctypes
import json
import os
import signal
import sys
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn

DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG: a test that is interrupted leaves no workers behind
COMMAND = (
    *("celery", "-A", "luca", "worker", "-P", "threads", "-c", "4"),
    *("--without-gossip", "--without-mingle", "--without-heartbeat", "-Q"),
)


def main() -> None:
    prepare()
    children = []
    for line in sys.stdin:
        children.append(hire(json.loads(line)))
        sys.stdout.write(f"{children[-1]}\n")
        sys.stdout.flush()
    for child in children:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)


def prepare() -> None:
    """Read all code, and open nothing."""
    from importlib import import_module

    from luca.celery import app

    for name in ("celery.bin.celery", "celery.concurrency.thread", "kombu.transport.SQS"):
        import_module(name)
    app.loader.import_default_modules()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them


def hire(given: dict[str, Any]) -> int:
    """Fork a worker and return its pid."""
    child = os.fork()
    if not child:
        become(given)
    return child


def become(given: dict[str, Any]) -> NoReturn:
    """Be a worker of one's own, and nothing else any more."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
    os.setsid()
    log = os.open(given["log"], os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for target, source in ((0, nothing), (1, log), (2, log)):
        os.dup2(source, target)
    from celery.__main__ import main as celery

    equip(given)
    queue = os.environ["LUCA_SYNC_QUEUE_URL"].rpartition("/")[2]
    sys.argv = [*COMMAND, queue]
    try:
        celery()
    finally:
        os._exit(1)


def equip(given: dict[str, Any]) -> None:
    """Make of it the worker that a test asks for."""
    from govsync import definition
    from govsync.services import advancing, answering, leasing

    if "lease" in given:
        for engine in (advancing, answering):
            replaced(engine, "LEASE", timedelta(seconds=given["lease"]))
        replaced(leasing, "RENEWED", given["lease"] / 5)
    if "turn" in given:
        replaced(advancing, "TURN", given["turn"])
    if "definition" in given:
        replaced(definition, "FILE", Path(given["definition"]))
    if "clock" in given:
        misled(Path(given["clock"]))


def misled(file: Path) -> None:
    """Let Luca's only clock be wrong by what the file says at each moment."""
    from luca.kernel import clock

    right = clock.now
    replaced(clock, "now", lambda: right() + timedelta(seconds=float(file.read_text())))


def replaced(module: Any, name: str, value: Any) -> None:
    if not hasattr(module, name):
        raise AttributeError(f"{module.__name__} has no {name} any more.")
    setattr(module, name, value)


if __name__ == "__main__":
    main()
