"""Sessions of the admin: one item each, gone when it ends or its day is over."""

from datetime import datetime

from luca.aws import store
from luca.kernel import clock
from luca.kernel.ids import PersonId
from tenants import keys
from tenants.domain.sessions import StaffSession
from tenants.models import SessionItem


def add(session: StaffSession, until: datetime) -> None:
    item = SessionItem(
        keys.sessions(session.person),
        keys.session(session.id),
        person=session.person,
        groups=set(session.groups) or None,
        began=session.began,
        checked=session.checked,
        sealed=session.sealed,
    )
    item.ttl = int(until.timestamp())
    store.put(item, SessionItem.pk.does_not_exist())


def get(person: str, identity: str) -> StaffSession | None:
    """As stored now: a session that was ended a moment ago lets nobody in."""
    found = store.get(SessionItem, keys.sessions(person), keys.session(identity), consistent=True)
    if found is None or found.ttl <= clock.now().timestamp():
        return None
    return StaffSession(
        identity,
        PersonId(found.person),
        frozenset(found.groups or ()),
        found.began,
        found.checked,
        found.sealed,
    )


def asked_again(session: StaffSession, groups: frozenset[str]) -> None:
    """Keep what the user pool says now; a session that was ended meanwhile stays ended."""
    place = SessionItem(keys.sessions(session.person), keys.session(session.id))
    held = SessionItem.groups.set(set(groups)) if groups else SessionItem.groups.remove()
    try:
        store.update(place, [SessionItem.checked.set(clock.now()), held], SessionItem.pk.exists())
    except store.ConditionFailed:
        return


def remove(person: str, identity: str) -> None:
    store.delete(SessionItem(keys.sessions(person), keys.session(identity)))
