"""What the school holds about one person outside their own items: the door for `luca.privacy`.

It asks nobody's leave: the operator's commands are its only callers.
"""

from collections.abc import Iterator

from luca.aws.store.raw import Place
from tenants.repository import held, schools


def own_partitions(person: str) -> list[str]:
    return held.partitions(person)


def places_of(person: str) -> Iterator[Place]:
    """Where look-ups, words, links, rosters and the account of a person may be."""
    return held.elsewhere(person, (group.id for group in schools.groups()))


def addresses_of(person: str) -> set[str]:
    return held.addresses(person)


def admins_place() -> Place:
    return held.admins()
