"""What the person who started the demo sees while it runs."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from tqdm import tqdm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

T = TypeVar("T")


class Console:
    """Prints phases as they begin and end, and keeps how long each took."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write
        self._began = time.monotonic()
        self.phases: dict[str, float] = {}

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    @contextmanager
    def phase(self, name: str, what: str) -> Iterator[None]:
        """Say what begins, and how long it took when it ends well."""
        self._write(f"[{self.seconds:6.1f} s] {name}: {what}")
        began = time.monotonic()
        yield
        self.phases[name] = self.phases.get(name, 0) + time.monotonic() - began

    def say(self, line: str) -> None:
        self._write(f"           {line}")

    def plain(self, line: str = "") -> None:
        self._write(line)

    def bar(self, items: Iterable[T], total: int, unit: str) -> Iterable[T]:
        """Pass things through under a progress bar, where somebody can see one."""
        shown: Iterable[Any] = tqdm(
            items, total=total, unit=f" {unit}", leave=False, disable=not sys.stderr.isatty()
        )
        return shown
