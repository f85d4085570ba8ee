"""Invitations and accounts: the school's admins, and nobody else.

What is cancelled or ordered is about somebody new each time: no cell changes what another sees.
"""

from dataclasses import replace
from typing import Any

from luca.kernel.ids import PersonId
from tenants import services as tenants
from tenants.domain.accounts import NewInvitation
from tenants.services import inviting
from tests.permissions.words import Row
from tests.permissions.world import Target, address, fresh

ADMIN = "admin"


def new_invitation(target: Target) -> dict[str, Any]:
    one = fresh()
    return {"person": one, "email": address(one, target.place), "groups": ["gov_operator"]}


def with_somebody(target: Target) -> Target:
    """About somebody who was invited a moment ago."""
    if not target.exists:
        return target
    given = new_invitation(target)
    new = NewInvitation(PersonId(given["person"]), given["email"], frozenset(given["groups"]))
    with target.place.entered():
        made = tenants.invite(new)
    return replace(target, person=made.person, invitation=made.id)


def with_somebody_told(target: Target) -> Target:
    """About somebody whose mail is out: what a worker writes down when the pool has sent it."""
    prepared = with_somebody(target)
    if target.exists:
        with target.place.entered():
            inviting.settle(tenants.invitation(prepared.invitation), inviting.SENT)
    return prepared


ROWS = (
    Row("GET invitations", "Ver las invitaciones", "See the invitations", ADMIN),
    Row("POST invitations", "Invitar a alguien", "Invite somebody", ADMIN, body=new_invitation),
    Row(
        "POST invitations/import",
        "Invitar a muchos con un archivo",
        "Invite many from a file",
        ADMIN,
        headers=lambda _: {"Content-Type": "text/csv"},
        body=lambda target: "person,email,groups\n{person},{email},gov_operator\n".format(
            **new_invitation(target)
        ),
    ),
    Row(
        "GET invitations/progress",
        "Ver cuántas invitaciones van",
        "See how far invitations are",
        ADMIN,
    ),
    Row(
        "GET invitations/<id:invitation>",
        "Ver una invitación",
        "See an invitation",
        ADMIN,
        prepare=with_somebody,
    ),
    Row(
        "DELETE invitations/<id:invitation>",
        "Cancelar una invitación",
        "Cancel an invitation",
        ADMIN,
        prepare=with_somebody,
    ),
    Row(
        "POST invitations/<id:invitation>/resend",
        "Repetir una invitación",
        "Send an invitation again",
        ADMIN,
        prepare=with_somebody_told,
    ),
    Row("GET accounts", "Ver las cuentas", "See the accounts", ADMIN),
    Row(
        "GET accounts/<id:person>",
        "Ver una cuenta",
        "See an account",
        ADMIN,
        prepare=with_somebody,
    ),
    Row(
        "POST accounts/<id:person>/orders",
        "Desactivar una cuenta o cambiarla",
        "Disable an account, or change it",
        ADMIN,
        prepare=with_somebody,
        body=lambda _: {"act": "disable", "reason": "Se va."},
    ),
)
