"""Quantities times prices."""

from dataclasses import dataclass
from decimal import Decimal, DecimalException

from luca.cost.prices import Price, PriceList
from luca.cost.usage import quantities
from luca.cost.workload import Unthinkable, Workload

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Line:
    price: Price
    quantity: Decimal
    usd: Decimal  # to the cent, as AWS rounds each line


@dataclass(frozen=True, slots=True)
class Bill:
    month: Workload
    list: PriceList
    lines: tuple[Line, ...]

    @property
    def total(self) -> Decimal:
        return sum((line.usd for line in self.lines), Decimal(0))

    def by_service(self) -> dict[str, Decimal]:
        """What each service costs, in the list's order, those that cost nothing too."""
        found = dict.fromkeys(self.list.services, Decimal(0))
        for line in self.lines:
            found[line.price.service] += line.usd
        return found

    def of(self, *names: str) -> Decimal:
        """What these prices come to."""
        return sum((line.usd for line in self.lines if line.price.name in names), Decimal(0))


def bill(month: Workload, prices: PriceList) -> Bill:
    """One line for each thing that is used, in the order of the list."""
    try:
        used = quantities(month)
        lines = [
            Line(price, used[name], price.of(used[name]).quantize(CENT))
            for name, price in prices.prices.items()
            if name in used
        ]
    except DecimalException as error:
        raise Unthinkable("No month has that much: the sum has too many digits.") from error
    return Bill(month, prices, tuple(lines))
