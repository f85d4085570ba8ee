"""What a worker does about invitations and orders; safe twice, and for two workers at once.

A worker takes one for a while, asks the user pool, and writes down what came of it, each step
only if nobody changed it meanwhile. One that dies leaves its message, or else the sweep, to the
next, who finds in the pool what was done already.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TypeVar

from luca.aws import queue, store
from luca.kernel import clock, context
from luca.kernel.errors import TooMany, Unavailable
from luca.telemetry import hashed, log, metric
from tenants.domain.accounts import Asked, Invitation, InvitationState, Order, OrderState
from tenants.repository import account_work as items
from tenants.services import account_desk, invitation_desk, inviting, ordering, schools

LEASE = timedelta(seconds=90)  # a message stays hidden for 120: its second delivery finds it free
FIRST_WAIT, LONGEST_WAIT = 15, 900  # seconds after the pool asked to slow down
W = TypeVar("W", Invitation, Order)
logger = log(__name__)


@dataclass(frozen=True, slots=True)
class _Kind:
    """How one kind of work is found, done and asked for."""

    task: str
    argument: str

    def send(self, identity: str, delay: float = 0) -> None:
        queue.enqueue(self.task, delay=delay, **{self.argument: identity})


INVITATION = _Kind(invitation_desk.TASK, "invitation")
ORDER = _Kind(account_desk.TASK, "order")


def run_invitation(identity: str) -> None:
    found = items.invitation(identity)
    if found is None:
        return
    if found.state is InvitationState.WAITING or _has_run_out(found):
        _work(INVITATION, found, inviting.perform)
    elif found.state is InvitationState.ACCEPTED and found.asked is Asked.CANCEL:
        with _as_asker(found), _tried_again(INVITATION, found):
            inviting.settle_crossed(found)


def run_order(identity: str) -> None:
    found = items.order(identity)
    if found is not None and found.state is OrderState.WAITING:
        _work(ORDER, found, ordering.perform)


def sweep() -> int:
    """Wake what has waited too long, in every school, and invitations that have run out."""
    woken = 0
    for school in schools.schools():
        try:
            with context.entered(school=school.id):
                woken += _woken()
        except Exception:
            # A school that cannot be served stops no other.
            logger.exception("account_sweep_failed")
            metric("SweepsFailed")
    return woken


def _woken() -> int:
    late = items.due()
    for kind, identity in late:
        (INVITATION if kind == items.INVITATION else ORDER).send(identity)
    return len(late)


def _has_run_out(found: Invitation) -> bool:
    expires = found.expires_at
    sent = found.state is InvitationState.SENT
    return sent and expires is not None and expires <= clock.now()


def _work(kind: _Kind, found: W, perform: Callable[[W], None]) -> None:
    now = clock.now()
    if found.claimed_until is not None and found.claimed_until > now:
        # Somebody is at it. If they die, or were asked for something else, it is not forgotten.
        kind.send(found.id, (found.claimed_until - now).total_seconds() + 1)
        return
    try:
        mine = items.claim(found, now + LEASE)
    except store.ConditionFailed:
        kind.send(found.id, 1)
        return
    with _as_asker(mine):
        try:
            perform(mine)
        except (TooMany, Unavailable) as error:
            _later(kind, mine, error)
        except store.ConditionFailed:
            kind.send(found.id, 1)  # it was asked for something else meanwhile


@contextmanager
def _tried_again(kind: _Kind, one: W) -> Iterator[None]:
    try:
        yield
    except (TooMany, Unavailable, store.ConditionFailed) as error:
        logger.info("account_work_waits", person=hashed(one.person), reason=type(error).__name__)
        kind.send(one.id, random.uniform(1, FIRST_WAIT))  # noqa: S311 -- spreads load, hides nothing


def _later(kind: _Kind, mine: W, error: Exception) -> None:
    """Let go of it, and come back after a random, growing while."""
    bound = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(mine.tries, 6))
    logger.info("account_work_waits", person=hashed(mine.person), reason=type(error).__name__)
    try:
        items.save(replace(mine, claimed_until=None))
    except store.ConditionFailed:
        logger.info("account_work_changed", person=hashed(mine.person))
    kind.send(mine.id, random.uniform(1, bound))  # noqa: S311 -- spreads load, hides nothing


@contextmanager
def _as_asker(mine: Invitation | Order) -> Iterator[None]:
    """Work in the name of who asked, also when the sweep found it: the audit names them."""
    groups = frozenset({"school_admin"}) if mine.asked_by else frozenset[str]()
    with context.entered(school=context.school(), actor=mine.asked_by, groups=groups):
        yield
