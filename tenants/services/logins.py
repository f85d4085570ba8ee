"""Accounts: an e-mail address and a password that act as one person of one school."""

from collections.abc import Iterable

from luca.aws import identity
from luca.kernel import context
from luca.kernel.errors import Conflict, FieldError, Invalid
from luca.kernel.ids import PersonId
from luca.telemetry import hashed, log
from tenants import rules
from tenants.domain import Role
from tenants.repository import people as repository
from tenants.services.checks import checked_id

GROUPS = frozenset(
    {
        "student",
        "guardian",
        "teacher",
        "school_admin",
        "gov_operator",
        "integrator",
        "platform_admin",
    }
)
STAFF = "STAFF"  # signs in without being a student, a teacher or a guardian
logger = log(__name__)


def create_login(
    person: str, email: str, password: str, groups: Iterable[str], *, dry_run: bool = False
) -> PersonId:
    """Let somebody of the context's school sign in; repeating it sets password and groups anew.

    An address belongs to one person of one school for good: the claims inside its
    tokens are what isolation rests on.
    """
    wanted = frozenset(groups)
    email = rules.normal_email(email)
    _check(person, email, wanted)
    login = identity.Login(context.school(), person)
    present = identity.find(email)
    if present not in {None, login}:
        raise Conflict("This e-mail address has a login already.", code="email_taken")
    if dry_run:
        return PersonId(person)
    if present is None:
        identity.create(email, login)
    identity.set_password(email, password)
    identity.set_groups(email, wanted)
    repository.add_email(email, _role(wanted), person)
    logger.info("login_saved", person=hashed(person), groups=sorted(wanted))
    return PersonId(person)


def _check(person: str, email: str, groups: frozenset[str]) -> None:
    checked_id(person, "person")
    faults = []
    if fault := rules.email_fault(email):
        faults.append(FieldError("email", fault))
    if not groups or groups - GROUPS:
        faults.append(FieldError("groups", f"One or more of {', '.join(sorted(GROUPS))}."))
    role = _role(groups)
    if role != STAFF and repository.get(Role(role), person) is None:
        faults.append(FieldError("person", f"There is no {role.lower()} with this id."))
    if faults:
        raise Invalid("The login cannot be made.", errors=tuple(faults))


def _role(groups: frozenset[str]) -> str:
    """Return what the person is. Staff has rights of its own and no record as a person."""
    for role in (Role.TEACHER, Role.STUDENT, Role.GUARDIAN):
        if role.value.lower() in groups:
            return role.value
    return STAFF
