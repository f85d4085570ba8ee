"""What a service asks for: `deploy/prices.json`, or another file of its shape."""

import json
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from luca.cost.workload import Unthinkable

FILE = Path(__file__).parents[2] / "deploy" / "prices.json"
Words = dict[str, str]  # by language: en, es


@dataclass(frozen=True, slots=True)
class Price:
    name: str
    service: str
    usd: Decimal
    per: Decimal  # units that it is for
    free: Decimal  # units of a month that cost nothing
    unit: Words
    what: Words

    def of(self, quantity: Decimal) -> Decimal:
        """Dollars for this much of it."""
        return max(Decimal(0), quantity - self.free) / self.per * self.usd


@dataclass(frozen=True, slots=True)
class PriceList:
    region: str
    as_of: str
    comment: str
    services: dict[str, Words]  # in the order in which a bill names them
    prices: dict[str, Price]


def read(region: str, file: Path = FILE) -> PriceList:
    """The prices of one region; one line says what is wrong with the file or the region."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        regions = content["regions"]
        if region not in regions:
            known = ", ".join(sorted(regions))
            raise Unthinkable(f"{file} has no prices of {region}; it has {known}.")
        return PriceList(
            region=region,
            as_of=content["as_of"],
            comment=content["comment"],
            services={name: {**words, "en": name} for name, words in content["services"].items()},
            prices={name: _price(name, entry) for name, entry in regions[region].items()},
        )
    except OSError as error:
        raise Unthinkable(f"{file} cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError, AttributeError, InvalidOperation) as error:
        if isinstance(error, Unthinkable):
            raise
        raise Unthinkable(f"{file} is no list of prices ({type(error).__name__}).") from error


def _price(name: str, entry: dict[str, Any]) -> Price:
    return Price(
        name=name,
        service=entry["service"],
        usd=Decimal(entry["usd"]),
        per=Decimal(entry["per"]),
        free=Decimal(entry["free"]),
        unit=entry["unit"],
        what=entry["what"],
    )
