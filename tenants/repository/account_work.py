"""Invitations and orders: what the API asks for and a worker does."""

from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from pynamodb.expressions.condition import Condition

from luca.aws import store
from luca.kernel import clock
from luca.kernel.ids import PersonId
from tenants import keys
from tenants.domain.accounts import (
    Act,
    Asked,
    Failure,
    Invitation,
    InvitationState,
    Order,
    OrderState,
    Work,
)
from tenants.models import AccountOrderItem, InvitationItem, WorkItem

W = TypeVar("W", Invitation, Order)
OVERDUE = timedelta(
    minutes=3
)  # longer than a message is hidden: the queue's own second try is first
MOST_DOUBLINGS = 6
KEPT = timedelta(days=90)  # after it is settled: it holds an e-mail address
INVITATION, ORDER = "INVITATION", "ORDER"
_COMMON = [field.name for field in fields(Work)]


def invitation(identity: str) -> Invitation | None:
    found = store.get(InvitationItem, keys.invitation(identity), keys.ONLY, consistent=True)
    return None if found is None else _invitation(found)


def order(identity: str) -> Order | None:
    found = store.get(AccountOrderItem, keys.account_order(identity), keys.ONLY, consistent=True)
    return None if found is None else _order(found)


def invitations_by_id(identities: Iterable[str]) -> dict[str, Invitation]:
    places = [(keys.invitation(one), keys.ONLY) for one in identities]
    found = store.batch_get(InvitationItem, places)
    return {item.id: _invitation(item) for item in found}


def orders_by_id(identities: Iterable[str]) -> dict[str, Order]:
    places = [(keys.account_order(one), keys.ONLY) for one in identities]
    return {item.id: _order(item) for item in store.batch_get(AccountOrderItem, places)}


def listed(
    state: InvitationState | None, limit: int, start: store.Key | None
) -> tuple[list[Invitation], store.Key | None]:
    """A page of invitations by state and age; the index is some milliseconds behind."""
    page = store.query(
        InvitationItem, keys.invitations(), _in(state), index="GSI1", limit=limit, start=start
    )
    return [_invitation(item) for item in page.items], page.next


def every_invitation() -> Iterator[Invitation]:
    for item in store.every(InvitationItem, keys.invitations(), index="GSI1"):
        yield _invitation(item)


def due() -> list[tuple[str, str]]:
    """Kind and id of what somebody should have looked at by now."""
    until = WorkItem.gsi2sk < keys.look_again(clock.now())
    page = store.query(WorkItem, keys.pending_accounts(), until, index="GSI2")
    return [
        (INVITATION if isinstance(item, InvitationItem) else ORDER, item.id) for item in page.items
    ]


def claim(one: W, until: datetime) -> W:
    """Take it for a while; ConditionFailed if somebody else has, or it was changed."""
    mine = replace(one, claimed_until=until, tries=one.tries + 1)
    return save(mine)


def save(one: W) -> W:
    """Write it if nobody has since it was read; the answer is what stands there now."""
    written = replace(one, version=one.version + 1)
    store.put(_item(written), WorkItem.version == one.version)
    return written


def add(work: store.Transaction, one: W, name: str = "") -> None:
    work.put(_item(one), WorkItem.pk.does_not_exist(), name=name)


def put(work: store.Transaction, one: W) -> None:
    work.put(_item(replace(one, version=one.version + 1)), WorkItem.version == one.version)


def _in(state: InvitationState | None) -> Condition | None:
    if state is None:
        return None
    found: Condition = InvitationItem.gsi1sk.startswith(keys.invitations_in(state.value))
    return found


def _look_again(one: Invitation | Order) -> datetime | None:
    if one.state in {InvitationState.WAITING, OrderState.WAITING}:
        wait: timedelta = OVERDUE * 2 ** min(one.tries, MOST_DOUBLINGS)
        return max(one.asked_at, one.claimed_until or one.asked_at) + wait
    sent = isinstance(one, Invitation) and one.state is InvitationState.SENT
    return one.expires_at if sent and isinstance(one, Invitation) else None


def _item(one: Invitation | Order) -> WorkItem:
    again = _look_again(one)
    kind = INVITATION if isinstance(one, Invitation) else ORDER
    common: dict[str, Any] = {name: getattr(one, name) for name in _COMMON}
    common |= {
        "state": one.state.value,
        "email": one.email or None,
        "groups": set(one.groups) or None,
        "failure": one.failure.value if one.failure else None,
        "gsi2pk": keys.pending_accounts() if again else None,
        "gsi2sk": keys.look_again(again, kind, one.id) if again else None,
        "ttl": _ttl(one),
    }
    if isinstance(one, Order):
        return AccountOrderItem(
            keys.account_order(one.id),
            keys.ONLY,
            act=one.act.value,
            reason=one.reason,
            gsi1pk=keys.account_orders(),
            gsi1sk=keys.account_order_listed(one.person, one.id),
            **common,
        )
    return InvitationItem(
        keys.invitation(one.id),
        keys.ONLY,
        asked=one.asked.value,
        batch=one.batch or None,
        sent_at=one.sent_at,
        expires_at=one.expires_at,
        gsi1pk=keys.invitations(),
        gsi1sk=keys.invitation_listed(one.state.value, one.id),
        **common,
    )


def _ttl(one: Invitation | Order) -> int | None:
    return int((one.settled_at + KEPT).timestamp()) if one.settled_at else None


def _common(item: WorkItem) -> dict[str, Any]:
    found = {name: getattr(item, name) for name in _COMMON}
    return {
        **found,
        "person": PersonId(item.person),
        "failure": Failure(item.failure) if item.failure else None,
        "groups": frozenset(item.groups or ()),
        "email": item.email or "",
    }


def _invitation(item: InvitationItem) -> Invitation:
    return Invitation(
        state=InvitationState(item.state),
        asked=Asked(item.asked),
        batch=item.batch or "",
        sent_at=item.sent_at,
        expires_at=item.expires_at,
        **_common(item),
    )


def _order(item: AccountOrderItem) -> Order:
    return Order(
        state=OrderState(item.state), act=Act(item.act), reason=item.reason, **_common(item)
    )
