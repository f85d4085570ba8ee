"""What a load leaves out, and why: every cause with its count and first examples."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from luca.demo.oulad.tables import Row

EXAMPLES = 3


@dataclass(slots=True)
class Cause:
    """One reason, and where it was met."""

    table: str
    reason: str
    count: int = 0
    examples: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        where = ", ".join(self.examples)
        more = ", …" if self.count > len(self.examples) else ""
        return f"{self.table}: {self.count:,} times: {self.reason} ({where}{more})"


class Skips:
    """Counts by cause; nothing is ever left out without being counted here."""

    def __init__(self) -> None:
        self._causes: dict[tuple[str, str], Cause] = {}

    def row(self, row: Row, reason: str, detail: str = "") -> None:
        """Leave out one row of a file."""
        self.add(row.file, reason, f"row {row.number}{f': {detail}' if detail else ''}")

    def add(self, table: str, reason: str, example: str) -> None:
        """Leave out something that is not a row, or not any more."""
        cause = self._causes.setdefault((table, reason), Cause(table, reason))
        cause.count += 1
        if len(cause.examples) < EXAMPLES:
            cause.examples.append(example)

    def count(self, reason: str) -> int:
        """How often a reason was met, over all tables."""
        return sum(c.count for c in self._causes.values() if c.reason == reason)

    def __iter__(self) -> Iterator[Cause]:
        return iter(sorted(self._causes.values(), key=lambda c: (c.table, -c.count)))

    def __len__(self) -> int:
        return sum(cause.count for cause in self._causes.values())
