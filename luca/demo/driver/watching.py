"""Looks at all processes of the demo twice a second: how much memory they have together."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

INTERVAL = 0.5
KIB = 1024
PROC = Path("/proc")


@dataclass(slots=True)
class Sample:
    """One look: seconds since the start, MiB in all, and whatever else was asked for."""

    at: float
    mib: float
    more: Mapping[str, float] = field(default_factory=dict)


class Watcher(threading.Thread):
    """Samples until it is told to stop. `roots` names the processes whose families count."""

    def __init__(
        self,
        roots: Callable[[], Iterable[int]],
        more: Callable[[], Mapping[str, float]] = dict,
    ) -> None:
        super().__init__(name="watcher", daemon=True)
        self._roots = roots
        self._more = more
        self._enough = threading.Event()
        self._began = time.monotonic()
        self.samples: list[Sample] = []

    def run(self) -> None:
        while not self._enough.wait(INTERVAL):
            mib = family_memory(self._roots()) / KIB
            self.samples.append(Sample(time.monotonic() - self._began, mib, self._more()))

    def stop(self) -> None:
        self._enough.set()
        self.join()

    @property
    def peak(self) -> float:
        return max((sample.mib for sample in self.samples), default=0.0)


def family_memory(roots: Iterable[int]) -> int:
    """KiB of some processes and all that they started; pages they share count once.

    Where the kernel does not tell (no /proc), the answer is 0.
    """
    parents = _parents()
    wanted = set(roots)
    grown = True
    while grown:
        children = {pid for pid, parent in parents.items() if parent in wanted} - wanted
        wanted |= children
        grown = bool(children)
    return sum(_proportional(pid) for pid in wanted)


def _parents() -> dict[int, int]:
    found: dict[int, int] = {}
    for entry in PROC.iterdir() if PROC.is_dir() else ():
        if entry.name.isdecimal():
            try:
                after_name = (entry / "stat").read_text().rpartition(")")[2].split()
            except (OSError, UnicodeDecodeError):
                continue  # it has ended meanwhile
            found[int(entry.name)] = int(after_name[1])
    return found


def _proportional(pid: int) -> int:
    for file, field_ in (("smaps_rollup", "Pss:"), ("status", "VmRSS:")):
        try:
            for line in (PROC / str(pid) / file).read_text().splitlines():
                if line.startswith(field_):
                    return int(line.split()[1])
        except OSError:
            continue
    return 0
