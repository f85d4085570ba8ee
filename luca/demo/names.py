"""Spanish names for people whose data has none: made up, and the same every time."""

from __future__ import annotations

from dataclasses import dataclass

from faker import Faker

FEMALE, MALE = "F", "M"


@dataclass(frozen=True, slots=True)
class Name:
    """A Mexican name: given names, then the father's and the mother's family name."""

    given: str
    first: str
    second: str

    @property
    def family(self) -> str:
        return f"{self.first} {self.second}"

    def __str__(self) -> str:
        return f"{self.given} {self.family}"


class Names:
    """Makes names from seeds; one Faker serves all, because making one costs 30 ms."""

    def __init__(self) -> None:
        self._faker = Faker("es_MX")

    def of(self, seed: str, gender: str | None = None) -> Name:
        """The name that belongs to a seed, e.g. a school and an id."""
        self._faker.seed_instance(seed)
        given = {
            FEMALE: self._faker.first_name_female,
            MALE: self._faker.first_name_male,
        }.get(gender or "", self._faker.first_name)()
        return Name(given, self._faker.last_name(), self._faker.last_name())
