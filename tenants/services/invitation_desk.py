"""Inviting people of the school to sign in: asked for here, done by a worker.

The API has no rights on the user pool. It writes down what is wanted, in the school's own
items, and sends the worker a message with nothing but the invitation's id.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from luca.aws import audit, queue, store
from luca.kernel import clock, context
from luca.kernel.errors import Conflict, FieldError, Invalid, NotFound
from luca.kernel.ids import uuid7
from luca.kernel.iterate import chunks
from luca.telemetry import log
from tenants import rules
from tenants.domain.accounts import (
    Account,
    AccountState,
    Asked,
    Invitation,
    InvitationState,
    NewInvitation,
)
from tenants.repository import account_work as work_items
from tenants.repository import accounts as repository
from tenants.services import invitees
from tenants.services.checks import well_formed

TASK = "tenants.run_invitation"
AT_ONCE = 20  # invitations of one transaction: each is four items
logger = log(__name__)


@dataclass(frozen=True, slots=True)
class Invited:
    """What became of a list: the invitations made, the rows that were so already, the refused."""

    made: tuple[Invitation, ...] = ()
    unchanged: tuple[int, ...] = ()
    refused: Mapping[int, tuple[FieldError, ...]] | None = None  # by row
    batch: str = ""


def invite(new: NewInvitation) -> Invitation:
    """Invite one person; Conflict if they have a login or an invitation."""
    found = invite_all([new])
    if found.unchanged:
        raise Conflict("This person has a login or an invitation already.", code="invited_already")
    for faults in (found.refused or {}).values():
        raise Invalid("The invitation cannot be made.", errors=faults)
    return found.made[0]


def invite_all(
    rows: Sequence[NewInvitation], *, dry_run: bool = False, partial: bool = False
) -> Invited:
    """Invite many; every row is checked before one is written.

    Without `partial` one bad row refuses all. A row whose person is invited at that
    address already changes nothing, so a list may be sent twice.
    """
    rows = [replace(one, email=rules.normal_email(one.email)) for one in rows]
    judged = invitees.judge(rows)
    good = [n for n in range(len(rows)) if n not in judged.faults and n not in judged.unchanged]
    unchanged = tuple(sorted(judged.unchanged))
    if dry_run or (judged.faults and not partial):
        return Invited((), unchanged, judged.faults)
    batch = uuid7() if len(rows) > 1 else ""
    made, raced = _write([(n, _invitation(rows[n], batch)) for n in good])
    _send(made)
    again = invitees.judge([rows[n] for n in raced])  # the same list may be sent twice at once
    so = {n for place, n in enumerate(raced) if place in again.unchanged}
    refused = judged.faults | {n: faults for n, faults in raced.items() if n not in so}
    return Invited(tuple(made), tuple(sorted({*unchanged, *so})), refused, batch)


def invitation(identity: str) -> Invitation:
    found = work_items.invitation(identity) if well_formed(identity) else None
    if found is None:
        raise NotFound("There is no such invitation.", code="invitation_not_found")
    return found


def invitations(
    state: InvitationState | None, *, limit: int, start: store.Key | None
) -> tuple[list[Invitation], store.Key | None]:
    """A page of the school's invitations, by state and age."""
    return work_items.listed(state, limit, start)


def progress(batch: str = "") -> dict[str, int]:
    """How many invitations are in which state: of one import, or of the whole school."""
    found = Counter(
        one.state.value for one in work_items.every_invitation() if not batch or one.batch == batch
    )
    return {state.value: found[state.value] for state in InvitationState}


def resend(identity: str) -> Invitation:
    """Let the pool mail a new temporary password; the one before is useless then."""
    return _ask(identity, Asked.RESEND, {InvitationState.SENT, InvitationState.EXPIRED})


def cancel(identity: str) -> Invitation:
    """Take an invitation back that nobody has accepted; its password opens nothing then."""
    waiting = {InvitationState.WAITING, InvitationState.SENT, InvitationState.EXPIRED}
    return _ask(identity, Asked.CANCEL, waiting)


def _ask(identity: str, what: Asked, states: set[InvitationState]) -> Invitation:
    before = invitation(identity)
    if before.asked is what and before.state is InvitationState.WAITING:
        return before  # asked for already
    if before.state not in states:
        raise Conflict(
            f"The invitation is {before.state}: this cannot be done.", code="invitation_settled"
        )
    wanted = replace(
        before,
        state=InvitationState.WAITING,
        asked=what,
        asked_at=clock.now(),
        asked_by=context.actor(),
        tries=0,
    )
    work = store.Transaction()
    work_items.put(work, wanted)
    action = (
        audit.Action.LOGIN_INVITED_AGAIN
        if what is Asked.RESEND
        else audit.Action.INVITATION_CANCELLED
    )
    audit.join(work, action, f"person:{before.person}")
    store.patiently(work)
    _send([wanted])
    return wanted


def _invitation(new: NewInvitation, batch: str) -> Invitation:
    return Invitation(
        uuid7(),
        new.person,
        clock.now(),
        context.actor(),
        email=new.email,
        groups=new.groups,
        batch=batch,
    )


def _write(
    wanted: list[tuple[int, Invitation]],
) -> tuple[list[Invitation], dict[int, tuple[FieldError, ...]]]:
    """Write what can be; somebody may have taken a person or an address a moment ago."""
    made: list[Invitation] = []
    raced: dict[int, tuple[FieldError, ...]] = {}
    for some in chunks(wanted, AT_ONCE):
        left = list(some)
        while left:
            try:
                store.patiently(_transaction(left))
            except store.ConditionFailed as error:
                lost = {
                    int(name.partition(".")[0]): name.partition(".")[2] for name in error.failed
                }
                if not lost:
                    raise
                raced |= {n: (invitees.TAKEN[field],) for n, field in lost.items()}
                left = [(n, one) for n, one in left if n not in lost]
                continue
            made += [one for _, one in left]
            break
    return made, raced


def _transaction(wanted: Iterable[tuple[int, Invitation]]) -> store.Transaction:
    work = store.Transaction()
    for n, one in wanted:
        account = Account(
            one.person, one.email, one.groups, AccountState.INVITED, invitation=one.id
        )
        work_items.add(work, one)
        repository.put(work, account, seen=None, name=f"{n}.person")
        repository.claim(work, one.email, one.person, name=f"{n}.email")
        audit.join(
            work, audit.Action.LOGIN_INVITED, f"person:{one.person}", groups=_spelled(one.groups)
        )
    return work


def _spelled(groups: frozenset[str]) -> str:
    return ",".join(sorted(groups))


def _send(invitations: Sequence[Invitation]) -> None:
    """Tell the worker. What gets lost here, the sweep finds."""
    bodies = [
        queue.envelope(TASK, {"invitation": one.id}, identity=uuid7(), queue="tasks")
        for one in invitations
    ]
    queue.send_batch("tasks", bodies)
    logger.info("invitations_asked", count=len(bodies))
