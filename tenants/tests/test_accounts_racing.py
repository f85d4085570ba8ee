"""Two at once: workers at one order, admins at one person, address or each other."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier
from typing import TypeVar

import pytest

from luca.aws import identity
from luca.kernel import context
from luca.kernel.errors import Conflict, Invalid
from luca.kernel.ids import PersonId
from tenants import services
from tenants.domain.accounts import AccountState, Act, InvitationState, NewInvitation, OrderState
from tenants.repository import accounts
from tenants.services import invitees
from tenants.services.invitees import Judged
from tenants.tests.conftest import TERESA, TOMAS
from tenants.tests.office import ADMIN, Office, address, invitations, rights

T = TypeVar("T")
ROUNDS = 8


def at_once(office: Office, *works: Callable[[], T], actors: tuple[str, ...] = ()) -> list[T]:
    """Start all at the same moment, each in a thread and context of its own."""
    gate = Barrier(len(works))

    def run(n: int) -> T:
        actor = actors[n] if actors else None
        groups = ADMIN if actor else frozenset[str]()
        with context.entered(school=office.school, actor=actor, groups=groups):
            gate.wait()
            return works[n]()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, range(len(works))))


def test_four_workers_with_one_invitation_mail_once(office: Office) -> None:
    for _ in range(3):
        person, email = f"staff-{address()[7:12]}", address()
        made = office.invite(person, email, "gov_operator")
        with office.acting_as("worker"):
            at_once(office, *[lambda: services.run_invitation(made.id)] * 4)  # noqa: B023 -- used at once
        assert services.invitation(made.id).state is InvitationState.SENT
        assert len(office.mails(email)) == 1


def test_four_workers_that_send_again_mail_once_more(office: Office) -> None:
    email = address()
    made = office.invite(TERESA, email, "teacher")
    office.run(made)
    with office.desk():
        services.resend_invitation(made.id)
    with office.acting_as("worker"):
        at_once(office, *[lambda: services.run_invitation(made.id)] * 4)

    assert services.invitation(made.id).state is InvitationState.SENT
    assert len(office.mails(email)) == 2


def test_four_workers_with_one_order_carry_it_out_once(office: Office) -> None:
    email = office.login(TERESA, "teacher")
    asked = office.ask(TERESA, Act.RESET_PASSWORD)
    with office.acting_as("worker"):
        at_once(office, *[lambda: services.run_order(asked.id)] * 4)

    found = services.account(TERESA).order
    assert found is not None
    assert found.state is OrderState.DONE
    assert len(office.mails(email)) == 1
    assert [act for act, _, _ in office.audited()].count("login.password_reset") == 1


def test_of_two_admins_who_end_each_other_at_once_one_remains(office: Office) -> None:
    emails = {name: office.login(name, "school_admin") for name in ("boss", "chief")}
    acts = (Act.DISABLE, Act.GROUPS)
    for n in range(ROUNDS):
        act = acts[n % 2]

        def end(whom: str, act: Act = act) -> str | None:
            wanted = frozenset({"gov_operator"})
            with suppress(Conflict):
                return services.order_account(whom, act, reason="Coup.", groups=wanted).id
            return None

        with office.acting_as("api"):
            asked = at_once(
                office, lambda: end("chief"), lambda: end("boss"), actors=("boss", "chief")
            )
        (order,) = filter(None, asked)
        with office.worker():
            services.run_order(order)
        (left,) = accounts.admins()
        gone = ({"boss", "chief"} - {left}).pop()
        assert "school_admin" in rights(emails[left])
        found = identity.find(emails[left])
        assert found is not None
        assert found.enabled
        back = {"groups": ADMIN} if act is Act.GROUPS else {}
        again = Act.GROUPS if act is Act.GROUPS else Act.ENABLE
        assert office.done(gone, again, who=left, **back).state is OrderState.DONE
        assert accounts.admins() == {"boss", "chief"}


def test_two_admins_who_invite_one_person_at_once_make_one_invitation(office: Office) -> None:
    for n in range(ROUNDS):
        new = NewInvitation(PersonId(f"staff-{n}"), address(), frozenset({"gov_operator"}))
        with office.acting_as("api"):
            made = at_once(office, *[lambda: _invited(new)] * 3, actors=("a", "b", "c"))  # noqa: B023 -- used at once
        assert sorted(made) == [False, False, True]


def test_two_admins_who_give_one_address_to_two_at_once_give_it_to_one(office: Office) -> None:
    for n in range(ROUNDS):
        email = address()
        wanted = invitations((f"{side}-{n}", email, "gov_operator") for side in "ab")
        with office.acting_as("api"):
            made = at_once(office, *[lambda one=one: _invited(one) for one in wanted])
        assert sorted(made) == [False, True]
        holder = accounts.holders([email])[email]
        assert services.account(holder).account.email == email


def test_a_list_that_is_sent_twice_at_once_invites_everybody_once(office: Office) -> None:
    rows: list[tuple[str, str, str]] = [(TERESA, address(), "teacher")]
    rows.append((TOMAS, address(), "teacher"))
    rows += [(f"staff-{n}", address(), "gov_operator") for n in range(30)]
    wanted = invitations(rows)
    with office.acting_as("api"):
        at_once(office, *[lambda: services.invite_all(wanted, partial=True)] * 2)

    assert services.invitation_progress()["waiting"] == 32


def _invited(new: NewInvitation) -> bool:
    with suppress(Conflict, Invalid):
        return bool(services.invite(new))
    return False


def test_a_list_whose_twin_was_faster_finds_everybody_invited_already(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [f"{TERESA},{address()},teacher", f"{TOMAS},{address()},teacher"]
    table = "\n".join(["person,email,groups", *rows]).encode()
    meanwhile(monkeypatch, lambda: services.invite_table(table))

    with office.desk():
        found = services.invite_table(table)

    assert (found.invited, found.unchanged, found.faults) == (0, 2, ())
    assert services.invitation_progress()["waiting"] == 2


def test_a_list_that_is_overtaken_does_not_say_that_nothing_was_stored(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [f"{TERESA},{address()},teacher", f"{TOMAS},{address()},teacher"]
    table = "\n".join(["person,email,groups", *rows]).encode()
    meanwhile(monkeypatch, lambda: office.invite(TOMAS, address(), "teacher"))

    with office.desk(), pytest.raises(Conflict) as refusal:
        services.invite_table(table)
    assert refusal.value.code == "changed_meanwhile"
    assert services.account(TERESA).account.state is AccountState.INVITED
    with office.desk():
        again = services.invite_table(table)
    assert (again.invited, [one.line for one in again.faults]) == (0, [3])


def meanwhile(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Let somebody else act once, after a list was judged and before it is written."""
    judge = invitees.judge

    def then(rows: Sequence[NewInvitation]) -> Judged:
        judged = judge(rows)
        monkeypatch.setattr(invitees, "judge", judge)
        act()
        return judged

    monkeypatch.setattr(invitees, "judge", then)
