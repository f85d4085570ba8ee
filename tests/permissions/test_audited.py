"""Every method that changes something leaves an entry in the audit log, or says here why not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from luca.aws import audit, store
from luca.aws.audit import Action, AuditItem
from luca.kernel import clock
from tests.permissions import world
from tests.permissions.routes import endpoints
from tests.permissions.rows import TABLE
from tests.permissions.words import KNOWN, Part, Row
from tests.permissions.world import fresh

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.permissions.asking import Asker
    from tests.permissions.world import Place

SAFE = "GET"
POOL = "it needs an account of the pool: see tenants/tests/test_sign_in_journey.py"
WITHOUT: dict[str, str] = {
    # It is recorded, but the table's people have tokens and no account to sign in with.
    "POST auth/login": POOL,
    "POST auth/challenge": POOL,
    "POST auth/logout": POOL,
    "POST auth/reset-password": POOL,
    "POST auth/change-password": POOL,
    "POST me/totp/verify": POOL,
    "DELETE me/totp": POOL,
    # It is recorded elsewhere, or as something else.
    "POST accounts/<id:person>/orders": "the worker records it when done: test_accounts.py",
    "POST people/lookup": "it is a look, which is recorded of whom it finds",
    "POST govsync/runs/<id:run>/evidence": (
        "the worker records it with the root hash: govsync/tests/test_evidence_views.py"
    ),
    # It is not recorded.
    "POST courses/<id:subject>/<id:period>/assessments/<id:assessment>/curve/preview": (
        "a look at sums and distributions, which name nobody and change nothing"
    ),
    "POST auth/refresh": "going on is no act; the sign-in is recorded",
    "POST auth/forgot-password": "whoever asks has not proved who they are",
    "POST me/totp": "it begins; its end, verify, is recorded",
    "POST evaluations": "a result names who recorded it and keeps its own corrections",
    "POST behavior": "an event is its own record",
    "POST xapi/statements": "it becomes an event, which is its own record",
    "PUT xapi/statements": "it becomes an event, which is its own record",
    "POST gradebook/<id:subject>/<id:period>/<id:group>/imports": (
        "it changes nothing; applying it is recorded"
    ),
    "POST schools": "its entry opens the new school's own log (tenants/tests/test_platform_views)",
    "POST people/search": "a look, recorded as looks are: once in a quarter of an hour",
}
# Bodies of the table that change nothing when they are sent again.
CHANGES: dict[str, Part] = {
    "PATCH schools/<id:school>": lambda _: {"name": fresh("Colegio")},
    "PATCH school": lambda _: {"name": fresh("Colegio")},
    "PATCH periods/<id:period>": lambda _: {"name": fresh("Otoño")},
    "POST courses/<id:subject>/<id:period>/enrolments": lambda target: {
        "items": [{"student": target.student, "group": world.FIRST_B}]
    },
}
HOW = """
{endpoint} leaves no entry in the audit log, and no reason says why. Call

    audit.record(Action.…, "kind:id")                in the service that does it, or
    audit.join(transaction, Action.…, "kind:id")     in its transaction;

a new action is one line of luca/aws/acts.py. See docs/audit.md.
"""


@pytest.fixture(scope="module")
def places(build: Callable[[], tuple[Place, Place]]) -> tuple[Place, Place]:
    """Schools of our own: what is driven here adds people to them."""
    return build()


def entries(place: Place) -> dict[str, AuditItem]:
    with place.entered():
        found = store.every(AuditItem, audit.day(clock.now().date()), consistent=True)
        return {item.sk: item for item in found if item.action != Action.RECORD_SEEN}


def allowed(row: Row) -> str:
    """Somebody who may do it; an admin where there is one."""
    people = [one for one in row.yes.split() if not KNOWN[one].is_program]
    return "admin" if "admin" in people else people[0]


def test_every_unsafe_method_is_driven_or_excused() -> None:
    unsafe = {one for one in endpoints() if not one.startswith(SAFE)}

    assert {row.endpoint for row in TABLE if row.method != SAFE} == unsafe
    assert set(WITHOUT) <= unsafe, f"these are no route: {set(WITHOUT) - unsafe}"
    assert all(WITHOUT.values())


@pytest.mark.parametrize(
    "row",
    [row for row in TABLE if row.method != SAFE and row.endpoint not in WITHOUT],
    ids=str,
)
def test_an_act_leaves_an_entry_of_who_did_it(row: Row, asker: Asker) -> None:
    place, other = asker.places
    who = KNOWN[allowed(row)]
    if row.endpoint in CHANGES:
        row = replace(row, body=CHANGES[row.endpoint])
    before, strange = entries(place), entries(other).keys()
    answer = asker.send(row, who, place, asker.target(place, "own"))
    assert answer.status_code // 100 == 2, answer.content
    fresh = [item for sk, item in entries(place).items() if sk not in before]

    assert who.person in {item.actor for item in fresh}, HOW.format(endpoint=row.endpoint)
    assert entries(other).keys() == strange


@pytest.mark.parametrize("endpoint", ["POST evaluations", "POST behavior"])
def test_what_is_excused_truly_leaves_none(endpoint: str, asker: Asker) -> None:
    """Or the reason here would be out of date, and a teacher would wait for a second write."""
    (row,) = (row for row in TABLE if row.endpoint == endpoint)
    place = asker.places[0]
    before = entries(place).keys()
    answer = asker.send(row, KNOWN[allowed(row)], place, asker.target(place, "own"))
    assert answer.status_code // 100 == 2, answer.content

    assert entries(place).keys() == before


def test_an_act_that_fails_leaves_none(asker: Asker) -> None:
    (row,) = (row for row in TABLE if row.endpoint.startswith("PATCH evaluations/"))
    place = asker.places[0]
    before = entries(place).keys()
    answer = asker.send(row, KNOWN["colleague"], place, asker.target(place, "own"))
    assert answer.status_code // 100 == 4, answer.content

    assert entries(place).keys() == before
