"""Programs that act for a school. An operator of the platform makes them, not the school itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from luca.aws import audit, integrators
from luca.aws.audit import Action
from luca.aws.identity import programs
from luca.aws.integrators import SCOPES, Integrator
from luca.kernel import context
from luca.kernel.errors import FieldError, Invalid, NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Made:
    """A client and its secret, which is told once."""

    integrator: Integrator
    secret: str


def add_integrator(name: str, scopes: Iterable[str], *, dry_run: bool = False) -> Made:
    """Make a client of the context's school with these scopes."""
    wanted = frozenset(scopes)
    _check(name, wanted)
    school = context.school()
    if dry_run:
        return Made(Integrator("", school, name, wanted), "")
    client, secret = programs.create(f"{school} {name}"[:128], wanted)
    made = Integrator(client, school, name, wanted)
    try:
        audit.record(Action.INTEGRATOR_CREATED, f"integrator:{client}", scopes=_spelled(wanted))
        integrators.save(made)
    except BaseException:
        programs.remove(client)  # its secret was told to nobody
        raise
    return Made(made, secret)


def list_integrators() -> list[Integrator]:
    """The programs of the context's school, enabled or not."""
    return [one for one in integrators.every() if one.school == context.school()]


def rotate_integrator(client: str, *, dry_run: bool = False) -> Made:
    """Make a second client like an enabled one: both work until the old one is disabled.

    Cognito gives a client one secret for good.
    """
    old = _own(client)
    if not old.enabled:
        raise Invalid("A disabled client is not renewed; create another.", code="disabled")
    return add_integrator(old.name, old.scopes, dry_run=dry_run)


def disable_integrator(client: str, *, reason: str = "", dry_run: bool = False) -> Integrator:
    """Take a client's rights away, within a minute; its tokens are refused from then on."""
    found = _own(client)
    if dry_run:
        return found
    audit.record(Action.INTEGRATOR_DISABLED, f"integrator:{client}", reason=reason)
    integrators.disable(client)
    programs.remove(client)
    return found


def _own(client: str) -> Integrator:
    """A client of another school is as absent as one that never was."""
    try:
        found = integrators.get(client)
    except ValueError:
        found = None
    if found is None or found.school != context.school():
        raise NotFound("The school has no such client.", code="integrator_not_found")
    return found


def _check(name: str, scopes: frozenset[str]) -> None:
    faults = []
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        faults.append(FieldError("name", f"1 to {LONGEST_NAME} characters."))
    if not scopes or scopes - SCOPES.keys():
        faults.append(FieldError("scopes", f"One or more of {', '.join(SCOPES)}."))
    if faults:
        raise Invalid("The client cannot be made.", errors=tuple(faults))


def _spelled(scopes: Iterable[str]) -> str:
    return ",".join(sorted(scopes))
