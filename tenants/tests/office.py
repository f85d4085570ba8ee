"""What tests of accounts share: the admin's desk, the worker, and what the pool has mailed."""

import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

from luca.aws import audit, identity, store
from luca.kernel import clock, context
from luca.kernel.ids import PersonId
from luca.localaws.embedded import Embedded
from tenants import services
from tenants.domain.accounts import Act, Invitation, InvitationState, NewInvitation, Order

PASSWORD = "Correcto-2026-x"
ADMIN = frozenset({"school_admin"})
As = Callable[[str], AbstractContextManager[None]]


def address(name: str = "teresa") -> str:
    return f"{name}-{secrets.token_hex(5)}@norte.example"


@dataclass(frozen=True, slots=True)
class Office:
    """North's admin, called boss, works through the API; a worker does what is asked."""

    school: str
    aws: Embedded
    acting_as: As

    @contextmanager
    def desk(self, who: str | None = "boss") -> Iterator[None]:
        """The admin at the API."""
        inside = context.entered(
            school=self.school, actor=who, groups=ADMIN if who else frozenset()
        )
        with self.acting_as("api"), inside:
            yield

    @contextmanager
    def worker(self) -> Iterator[None]:
        with self.acting_as("worker"), context.entered(school=self.school):
            yield

    def invite(self, person: str, email: str, *groups: str, who: str | None = "boss") -> Invitation:
        with self.desk(who):
            wanted = NewInvitation(PersonId(person), email, frozenset(groups))
            return services.invite(wanted)

    def run(self, *invitations: Invitation) -> list[InvitationState]:
        with self.worker():
            for one in invitations:
                services.run_invitation(one.id)
            return [services.invitation(one.id).state for one in invitations]

    def ask(self, person: str, act: Act, *, who: str | None = "boss", **more: Any) -> Order:
        with self.desk(who):
            return services.order_account(person, act, **{"reason": "Because.", **more})

    def done(self, person: str, act: Act, *, who: str | None = "boss", **more: Any) -> Order:
        """Ask, let the worker do it, and return what came of it."""
        asked = self.ask(person, act, who=who, **more)
        with self.worker():
            services.run_order(asked.id)
            found = services.account(person).order
        assert found is not None
        assert found.id == asked.id
        return found

    def login(self, person: str, *groups: str) -> str:
        """Somebody who signs in already."""
        email = address(person)
        with context.entered(school=self.school):
            services.create_login(person, email, PASSWORD, groups)
        return email

    def accept(self, person: str) -> None:
        """What the API does when somebody has chosen their first password."""
        with self.acting_as("api"), context.entered(school=self.school, actor=person):
            services.note_acceptance()

    def mails(self, email: str) -> list[str]:
        texts = (file.read_text() for file in sorted((self.aws.home / "outbox").glob("*.txt")))
        return [text for text in texts if text.startswith(f"To: {email}\n")]

    def password(self, email: str) -> str:
        """The temporary one that was mailed last."""
        found = re.search(r"Temporary password: (\S+)", self.mails(email)[-1])
        assert found
        return found[1]

    def code(self, email: str) -> str:
        """The code for another password that was mailed last."""
        found = re.search(r"another password: (\d+)", self.mails(email)[-1])
        assert found
        return found[1]

    def audited(self) -> list[tuple[str, str, str]]:
        """Today's acts: what, about whom, by whom."""
        found = store.every(audit.AuditItem, audit.day(clock.now().date()), consistent=True)
        return [(item.action, item.about, item.actor) for item in found]


def invitations(rows: Iterable[tuple[str, str, str]]) -> list[NewInvitation]:
    return [
        NewInvitation(PersonId(person), email, frozenset(groups.split()))
        for person, email, groups in rows
    ]


def rights(email: str) -> frozenset[str]:
    """The groups that the pool has an account in."""
    found = identity.find(email)
    assert found is not None
    return identity.groups_of(found.username)


def signed_in(email: str, password: str = PASSWORD) -> identity.Tokens:
    found = identity.sign_in(email, password)
    assert isinstance(found, identity.Tokens)
    return found
