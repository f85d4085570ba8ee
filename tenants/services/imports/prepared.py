"""What all imports share: rows judged, and the writing of the good ones."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from luca.kernel.tables import Fault, Row, Table, Text
from tenants.domain.imports import Step
from tenants.rules import sheets

Tick = Callable[[int], object]


@dataclass(slots=True)
class Prepared:
    """The good rows of a table, compared with what is stored, and how to write them."""

    new: int
    changed: int
    unchanged: int
    faults: list[Fault]
    write: Callable[[Tick], None]
    steps: list[Step] = field(default_factory=list)  # the good rows, one by one


class Judge:
    """Collects the faults of a table's rows; a row with one is not written."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.faults: list[Fault] = []
        self._bad: set[int] = set()

    def refuse(self, row: Row, column: str, cause: Text) -> None:
        self.faults.append(self.table.fault(row, column, cause))
        self._bad.add(row.line)

    def is_good(self, row: Row) -> bool:
        return row.line not in self._bad

    def once(self, column: str, values: Iterable[tuple[Row, str]]) -> None:
        """Refuse every row whose value is in another row too: which is meant, nobody knows."""
        places: dict[str, list[Row]] = {}
        for row, value in values:
            if value:
                places.setdefault(value, []).append(row)
        for rows in places.values():
            for n, row in enumerate(rows if len(rows) > 1 else []):
                self.refuse(row, column, sheets.repeated(rows[0 if n else 1].line))
