"""Programs that act for a school: which school, what they may, and whether still.

| item | kind | PK | SK |
|---|---|---|---|
| an app client of the pool | ``integrator`` | `PLATFORM#INTEGRATORS` | `<client id>` |

They stand in the platform's directory because a token of theirs names a client and no
school. `luca.api.machines` reads them for every token, some seconds old at most.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute

from luca.aws import store
from luca.aws.table import InstantAttribute, PlatformItem, platform_key
from luca.kernel import clock
from luca.kernel.ids import SchoolId, check_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_PLACE = "INTEGRATORS"
SCOPES = {
    "school.read": "the school, its periods, groups and courses",
    "people.read": "students, teachers and guardians; members of groups and courses",
    "people.write": "add and change people, groups and enrolments",
    "grades.read": "results, grades and their history",
    "evaluations.write": "record and correct results",
    "behavior.read": "events of students",
    "behavior.write": "record events",
    "sync.read": "runs of the government sync",
    "sync.write": "start and steer runs of the government sync",
}


@dataclass(frozen=True, slots=True)
class Integrator:
    """One app client. A school's program has two of them while its secret is being changed."""

    client: str
    school: SchoolId
    name: str
    scopes: frozenset[str]
    enabled: bool = True


class IntegratorRow(PlatformItem, discriminator="integrator"):
    school = UnicodeAttribute()
    name = UnicodeAttribute()
    scopes = UnicodeAttribute()  # with spaces between
    enabled = BooleanAttribute()
    created = InstantAttribute()


def get(client: str) -> Integrator | None:
    found = store.get(IntegratorRow, platform_key(_PLACE), check_id(client))
    return None if found is None else _integrator(found)


def every() -> Iterator[Integrator]:
    """All programs of all schools."""
    return map(_integrator, store.every(IntegratorRow, platform_key(_PLACE), consistent=True))


def save(one: Integrator) -> None:
    store.put(
        IntegratorRow(
            platform_key(_PLACE),
            check_id(one.client),
            school=one.school,
            name=one.name,
            scopes=_spelled(one.scopes),
            enabled=one.enabled,
            created=clock.now(),
        ),
        IntegratorRow.pk.does_not_exist(),
    )


def disable(client: str) -> None:
    """Let a program do nothing more; ConditionFailed when there is none."""
    row = IntegratorRow(platform_key(_PLACE), check_id(client))
    store.update(row, [IntegratorRow.enabled.set(value=False)], IntegratorRow.pk.exists())


def _spelled(scopes: Iterable[str]) -> str:
    return " ".join(sorted(scopes))


def _integrator(row: IntegratorRow) -> Integrator:
    return Integrator(
        row.sk, SchoolId(row.school), row.name, frozenset(row.scopes.split()), row.enabled
    )
