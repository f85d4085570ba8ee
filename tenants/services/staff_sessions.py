"""Sessions of the admin: short, revocable, and asked about at the user pool every five minutes.

The browser holds a random number, sealed together with its school and person. The item holds
the digest of that number, the groups, and, sealed, the refresh token to ask the pool with.
"""

import hashlib
import secrets
from datetime import timedelta
from zoneinfo import ZoneInfo

from luca.api import sealing
from luca.api.sealing import NotOurs
from luca.kernel import clock, context
from luca.kernel.errors import Forbidden, Unauthenticated
from luca.kernel.ids import SchoolId
from tenants.domain import TIME_ZONE, Role
from tenants.domain.sessions import Staff, StaffSession
from tenants.repository import people, schools
from tenants.repository import sessions as repository
from tenants.services import signing_in
from tenants.services.signing_in import SignedIn

OFFICE = frozenset({"school_admin", "gov_operator", "platform_admin"})
LONGEST = timedelta(hours=12)
IDLE = timedelta(hours=1)
STALE = timedelta(minutes=5)
COOKIE, KEPT = "admin session", "admin session's token"


def begin(found: SignedIn) -> str:
    """Start a session for somebody who has just signed in; return what their browser keeps."""
    if not found.who.groups & OFFICE:
        signing_in.sign_out(found.tokens.refresh_token, everywhere=False)
        raise Forbidden("These pages are for the school's office.", code="not_office")
    number, now = secrets.token_urlsafe(32), clock.now()
    with context.entered(school=found.who.school, actor=found.who.person, groups=found.who.groups):
        held = {
            "refresh_token": found.tokens.refresh_token,
            "name": _name(found.who.person),
            "zone": _zone(),
        }
        sealed = sealing.seal(held, KEPT)
        session = StaffSession(
            _digest(number), found.who.person, found.who.groups, now, now, sealed
        )
        repository.add(session, now + LONGEST)
    return sealing.seal([found.who.school, found.who.person, number], COOKIE)


def enter(cookie: str) -> Staff | None:
    """Whose session it is; None for one that is over, forged, or of somebody who may not any more.

    Unavailable when the pool must be asked and does not answer.
    """
    opened = _opened(cookie)
    if opened is None:
        return None
    school, person, number = opened
    with context.entered(school=school):
        session = repository.get(person, _digest(number))
        if session is None:
            return None
        age = clock.now() - session.checked
        held = _held(session)
        if age > IDLE or held is None:
            repository.remove(person, session.id)
            return None
        groups = session.groups if age <= STALE else _asked_again(session, held["refresh_token"])
    name = held["name"] or session.person
    if not groups & OFFICE:
        return None
    zone = ZoneInfo(held.get("zone", TIME_ZONE))
    return Staff(SchoolId(school), session.person, groups, name, zone)


def end(cookie: str, *, everywhere: bool = False) -> None:
    """End a session, or all of its owner's on all devices; one that is over has nothing to end."""
    opened = _opened(cookie)
    if opened is None:
        return
    school, person, number = opened
    with context.entered(school=school):
        session = repository.get(person, _digest(number))
        repository.remove(person, _digest(number))
        held = _held(session) if session else None
    if held is not None:
        signing_in.sign_out(held["refresh_token"], everywhere=everywhere)


def _asked_again(session: StaffSession, refresh_token: str) -> frozenset[str]:
    """The groups of this moment; none for who may not sign in any more, whose session ends."""
    try:
        found = signing_in.renew(refresh_token)
    except Unauthenticated:
        repository.remove(session.person, session.id)
        return frozenset()
    if found.who.school != context.school() or found.who.person != session.person:
        repository.remove(session.person, session.id)
        return frozenset()
    repository.asked_again(session, found.who.groups)
    return found.who.groups


def _name(person: str) -> str:
    """What staff are called, if the school knows them; an id otherwise."""
    found = people.get(Role.TEACHER, person)
    return found.full_name if found else ""


def _zone() -> str:
    """The school's, in which its people read times; it is asked for once a day."""
    found = schools.profile()
    return found.time_zone if found else TIME_ZONE


def _opened(cookie: str) -> tuple[str, str, str] | None:
    try:
        school, person, number = sealing.unseal(
            cookie, COOKIE, lifetime=int(LONGEST.total_seconds())
        )
    except ValueError:  # NotOurs, or what an older version of this wrote
        return None
    return str(school), str(person), str(number)


def _held(session: StaffSession) -> dict[str, str] | None:
    try:
        held: dict[str, str] = sealing.unseal(
            session.sealed, KEPT, lifetime=int(LONGEST.total_seconds())
        )
    except NotOurs:  # the deployment's secret has changed
        return None
    return held


def _digest(number: str) -> str:
    return hashlib.sha256(number.encode()).hexdigest()
