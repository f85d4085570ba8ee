"""What becomes of an invitation: sent again, cancelled, expired, counted."""

from datetime import timedelta
from typing import Any

import pytest

from luca.aws import identity, queue
from luca.kernel import clock, context
from luca.kernel.errors import Conflict, NotFound, TooMany
from luca.kernel.ids import StudentId
from tenants import services
from tenants.domain import Guardian
from tenants.domain.accounts import (
    AccountState,
    Act,
    InvitationState,
    OrderState,
)
from tenants.repository import account_work, accounts
from tenants.services import inviting
from tenants.tests.conftest import BLAS, GLORIA, TERESA, TOMAS, Cast
from tenants.tests.office import PASSWORD, Office, address, invitations, rights, signed_in

SENT, FAILED = InvitationState.SENT, InvitationState.FAILED


def test_resending_mails_a_second_time(office: Office) -> None:
    email = address()
    made = office.invite(TERESA, email, "teacher")
    office.run(made)

    with office.desk():
        services.resend_invitation(made.id)
        services.resend_invitation(made.id)  # asked twice before a worker came is asked once
    assert office.run(made) == [SENT]

    assert len(office.mails(email)) == 2
    assert ("login.invited_again", "person:teresa", "boss") in office.audited()


@pytest.mark.parametrize("first", [True, False], ids=["sent", "waiting"])
def test_a_cancelled_invitation_opens_nothing_and_frees_person_and_address(
    office: Office, *, first: bool
) -> None:
    email = address()
    made = office.invite(TERESA, email, "teacher")
    if first:
        office.run(made)

    with office.desk():
        services.cancel_invitation(made.id)
    assert office.run(made) == [InvitationState.CANCELLED]

    assert identity.find(email) is None
    assert services.people_by_email(email) == []
    assert office.run(office.invite(TOMAS, email, "teacher")) == [SENT]
    assert ("login.invitation_cancelled", "person:teresa", "boss") in office.audited()


def test_whoever_accepted_cannot_be_cancelled_any_more(office: Office) -> None:
    email = address()
    made = office.invite(TERESA, email, "teacher")
    office.run(made)
    identity.set_password(email, PASSWORD)  # at Cognito itself: our API has not seen it

    with office.desk():
        services.cancel_invitation(made.id)
    assert office.run(made) == [InvitationState.ACCEPTED]

    assert signed_in(email).id_token
    assert services.account(TERESA).account.state is AccountState.ACTIVE
    with office.desk(), pytest.raises(Conflict):
        services.cancel_invitation(made.id)
    with office.desk(), pytest.raises(Conflict):
        services.resend_invitation(made.id)


def test_cancelling_does_not_touch_an_account_that_is_not_its_own(
    office: Office, south: Cast
) -> None:
    foreign = address("sur")
    made = office.invite(TERESA, foreign, "teacher")
    identity.create(foreign, identity.Login(south.school, "dario"))

    with office.desk():
        services.cancel_invitation(made.id)
    assert office.run(made) == [InvitationState.CANCELLED]

    found = identity.find(foreign)
    assert found is not None
    assert found.login.school == south.school


@pytest.mark.parametrize("chosen", [True, False])
def test_after_seven_days_the_sweep_asks_the_pool(office: Office, *, chosen: bool) -> None:
    email = address()
    made = office.invite(TERESA, email, "teacher")
    office.run(made)
    if chosen:
        identity.set_password(email, PASSWORD)

    with clock.stopped(clock.now() + timedelta(days=7, minutes=1)):
        assert (account_work.INVITATION, made.id) in account_work.due()
        wanted = InvitationState.ACCEPTED if chosen else InvitationState.EXPIRED
        assert office.run(made) == [wanted]
        assert account_work.due() == []


def test_an_expired_invitation_can_be_sent_again(office: Office) -> None:
    made = office.invite(TERESA, address(), "teacher")
    office.run(made)
    with clock.stopped(clock.now() + timedelta(days=8)):
        office.run(made)
        with office.desk():
            services.resend_invitation(made.id)
        assert office.run(made) == [SENT]


def test_a_sweep_revives_what_was_never_delivered(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    made = office.invite(TERESA, address(), "teacher")
    monkeypatch.setattr(queue, "enqueue", lambda task, **more: sent.append(more["invitation"]))

    with office.acting_as("worker"):
        services.sweep_accounts()
        assert made.id not in sent, "its own message has time first"
        with clock.stopped(clock.now() + timedelta(minutes=4)):
            services.sweep_accounts()
    assert made.id in sent


def test_a_pool_that_asks_to_slow_down_is_asked_again_later(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float] = []
    made = office.invite(TERESA, address(), "teacher")

    def busy(*_: object) -> None:
        raise TooMany("Slow down.")

    with monkeypatch.context() as patch:
        patch.setattr(identity, "invite", busy)
        patch.setattr(queue, "enqueue", lambda _, *, delay, **__: asked.append(delay))
        assert office.run(made, made, made) == [InvitationState.WAITING] * 3

    assert len(asked) == 3
    assert all(1 <= delay <= 900 for delay in asked)
    assert office.run(made) == [SENT]


def test_progress_is_counted_by_state_and_import(office: Office) -> None:
    with office.desk():
        made = services.invite_all(
            invitations([(TERESA, address(), "teacher"), (TOMAS, address(), "teacher")])
        )
    office.invite(GLORIA, address(), "guardian")
    office.run(made.made[0])

    assert services.invitation_progress(made.batch) == {
        **{state.value: 0 for state in InvitationState},
        "sent": 1,
        "waiting": 1,
    }
    assert services.invitation_progress()["waiting"] == 2
    rows, following = services.invitations(SENT, limit=10, start=None)
    assert ([one.person for one in rows], following) == (["teresa"], None)


def test_a_guardian_s_login_sees_all_children_at_once(office: Office) -> None:
    services.add_guardians([Guardian(GLORIA, "Gloria", "Peña", children=(BLAS,))])
    office.run(office.invite(GLORIA, address(), "guardian"))

    def seen() -> set[str]:
        inside: Any = {
            "school": office.school,
            "actor": "gloria",
            "groups": frozenset({"guardian"}),
        }
        with context.entered(**inside):
            return {one for one in ("ada", "blas", "carla") if services.may_see(StudentId(one))}

    assert seen() == {"ada", "blas"}
    services.add_guardians([Guardian(GLORIA, "Gloria", "Peña", children=(StudentId("carla"),))])
    assert seen() == {"ada", "blas", "carla"}


def test_a_late_invitation_undoes_no_order(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker died when the account was made; before the next comes the rights are reduced."""
    email = address()
    made = office.invite(TERESA, email, "teacher", "school_admin")
    with monkeypatch.context() as patch, office.worker():
        patch.setattr(inviting, "settle", _die)
        with pytest.raises(KeyboardInterrupt):
            services.run_invitation(made.id)
    assert office.done(TERESA, Act.GROUPS, groups=frozenset({"teacher"})).state is OrderState.DONE

    with clock.stopped(clock.now() + timedelta(seconds=91)):
        assert office.run(made) == [InvitationState.SENT]

    assert rights(email) == {"teacher"}
    assert services.account(TERESA).account.groups == {"teacher"}


def _die(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("busy", [True, False])
def test_a_cancel_that_crosses_an_acceptance_leaves_no_ghost(
    office: Office, monkeypatch: pytest.MonkeyPatch, *, busy: bool
) -> None:
    """The worker sees that nobody has accepted; the person does; the worker removes the account."""
    email = address("nueva")
    office.login("boss", "school_admin")
    made = office.invite("nueva", email, "school_admin")
    office.run(made)
    with office.desk():
        services.cancel_invitation(made.id)
    remove = identity.delete

    def cross(username: str) -> None:
        remove(username)
        office.accept("nueva")

    with monkeypatch.context() as patch:
        patch.setattr(identity, "delete", cross)
        assert office.run(made) == [InvitationState.ACCEPTED]
    if busy:
        with monkeypatch.context() as patch:
            patch.setattr(identity, "find", _slow)
            assert office.run(made) == [InvitationState.ACCEPTED]

    assert office.run(made) == [InvitationState.CANCELLED]

    with office.desk(), pytest.raises(NotFound):
        services.account("nueva")
    assert accounts.admins() == {"boss"}
    assert ("login.gone", "person:nueva", "boss") in office.audited()
    assert office.invite("nueva", email, "school_admin")


def test_a_cancel_that_came_too_late_leaves_the_account(office: Office) -> None:
    email = address()
    made = office.invite(TERESA, email, "teacher")
    office.run(made)
    found = identity.sign_in(email, office.password(email))
    assert isinstance(found, identity.Challenge)
    identity.respond(found, PASSWORD)
    with office.desk():
        services.cancel_invitation(made.id)

    assert office.run(made, made) == [InvitationState.ACCEPTED] * 2

    assert services.account(TERESA).account.state is AccountState.ACTIVE
    assert signed_in(email).id_token


def _slow(*_: object) -> None:
    raise TooMany("Slow down.")
