"""The words of accounts: who may sign in, and what is asked of the user pool about it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from luca.kernel.ids import PersonId


class AccountState(StrEnum):
    """Whether somebody can sign in."""

    INVITED = "invited"  # has a temporary password, or will get one
    ACTIVE = "active"
    DISABLED = "disabled"


class InvitationState(StrEnum):
    """`waiting` is for the worker; the others are what came of it."""

    WAITING = "waiting"
    SENT = "sent"
    ACCEPTED = "accepted"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Asked(StrEnum):
    """What the worker is to do about an invitation that waits."""

    INVITE = "invite"
    RESEND = "resend"
    CANCEL = "cancel"


class Act(StrEnum):
    """What a school admin may order for an account that exists."""

    DISABLE = "disable"
    ENABLE = "enable"
    GROUPS = "groups"
    RESET_PASSWORD = "reset_password"  # noqa: S105 -- the name of an act
    FORGET_TOTP = "forget_totp"
    EMAIL = "email"


class OrderState(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class Failure(StrEnum):
    """Why the user pool would not. Nothing of it tells about another school."""

    ADDRESS = "address_unusable"
    ACCOUNT = "account_unusable"
    GROUPS = "groups_refused"
    STATE = "wrong_state"


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """Who is to sign in with which address and which rights."""

    person: PersonId
    email: str
    groups: frozenset[str]


@dataclass(frozen=True, slots=True)
class Work:
    """What invitations and orders have in common: one worker at a time does them."""

    id: str
    person: PersonId
    asked_at: datetime
    asked_by: PersonId | None  # None: an operator of the platform
    version: int = 1
    tries: int = 0
    claimed_until: datetime | None = None
    failure: Failure | None = None
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation(Work):
    email: str
    groups: frozenset[str]
    state: InvitationState = InvitationState.WAITING
    asked: Asked = Asked.INVITE
    batch: str = ""  # the import that it came with
    sent_at: datetime | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(Work):
    act: Act
    reason: str
    groups: frozenset[str] = frozenset()  # of GROUPS
    email: str = ""  # of EMAIL
    state: OrderState = OrderState.WAITING


@dataclass(frozen=True, slots=True)
class Account:
    """One person's login, as the school knows it; the user pool has the last word."""

    person: PersonId
    email: str
    groups: frozenset[str]
    state: AccountState
    invitation: str = ""  # its id, if there was one
    order: str = ""  # the id of the last order
    open_order: bool = False  # one at a time: two could arrive the other way round
    version: int = 1
