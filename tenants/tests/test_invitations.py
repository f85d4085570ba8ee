"""Inviting people: asked for at the API, done by a worker in the user pool."""

import json
from datetime import timedelta

import pytest

from luca.aws import identity, queue, store
from luca.kernel import clock, context
from luca.kernel.errors import Conflict, Invalid, NotFound
from luca.kernel.ids import GuardianId, PersonId, TeacherId
from tenants import keys, services
from tenants.domain import Guardian, Student, Teacher
from tenants.domain.accounts import (
    Account,
    AccountState,
    Asked,
    Failure,
    Invitation,
    InvitationState,
)
from tenants.models import AccountItem
from tenants.repository import account_work, accounts
from tenants.services import inviting
from tenants.tests.conftest import ADA, BLAS, GLORIA, TERESA, TOMAS, Cast
from tenants.tests.office import PASSWORD, Office, address, signed_in

SENT, FAILED = InvitationState.SENT, InvitationState.FAILED


def test_a_teacher_is_invited_and_the_pool_mails_the_password(office: Office) -> None:
    email = address()

    made = office.invite(TERESA, f" {email.upper()} ", "teacher", "school_admin")
    assert (made.state, made.email) == (InvitationState.WAITING, email)
    assert office.mails(email) == []
    assert office.run(made) == [SENT]

    assert len(office.mails(email)) == 1
    found = identity.find(email)
    assert found is not None
    assert found.login == identity.Login(office.school, "teresa")
    assert identity.groups_of(found.username) == {"teacher", "school_admin"}
    after = services.invitation(made.id)
    assert after.expires_at is not None
    assert after.sent_at is not None
    assert after.expires_at - after.sent_at == timedelta(days=7)
    assert services.people_by_email(email) == [("TEACHER", "teresa")]
    assert services.account("teresa").account.state is AccountState.INVITED
    assert ("login.invited", "person:teresa", "boss") in office.audited()


def test_doing_it_twice_mails_once(office: Office) -> None:
    email = address()
    made = office.invite(TERESA, email, "teacher")

    assert office.run(made, made) == [SENT, SENT]
    assert len(office.mails(email)) == 1


def test_a_worker_that_died_after_the_pool_answered_is_finished_without_a_second_mail(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    email = address()
    made = office.invite(TERESA, email, "teacher")
    with monkeypatch.context() as patch, office.worker():
        patch.setattr(inviting, "settle", _die)
        with pytest.raises(_Died):
            services.run_invitation(made.id)

    assert office.run(made) == [InvitationState.WAITING], "the dead one's lease is respected"
    with clock.stopped(clock.now() + timedelta(seconds=91)):
        assert office.run(made) == [SENT]
    assert len(office.mails(email)) == 1


class _Died(BaseException):
    pass


def _die(*_: object) -> None:
    raise _Died


def test_an_accepted_invitation_makes_the_account_active(office: Office) -> None:
    email = address()
    made = office.invite(TERESA, email, "teacher", "school_admin")
    office.run(made)
    identity.set_password(email, PASSWORD)

    office.accept(TERESA)
    office.accept(TERESA)

    assert services.invitation(made.id).state is InvitationState.ACCEPTED
    assert services.account(TERESA).account.state is AccountState.ACTIVE
    assert accounts.admins() == {"teresa"}
    assert [act for act, _, _ in office.audited()].count("login.accepted") == 1


def test_staff_needs_no_record_as_a_person(office: Office) -> None:
    email = address("secretary")

    assert office.run(office.invite("secretary", email, "school_admin")) == [SENT]
    assert services.people_by_email(email) == [("STAFF", "secretary")]


@pytest.mark.parametrize(
    ("person", "groups", "field"),
    [
        ("nobody", "teacher", "person"),
        ("teresa", "student", "person"),
        ("teresa", "teacher guardian", "person"),  # no guardian of this id
        ("ada", "school_admin", "person"),  # a student's id
        ("a#b", "school_admin", "person"),
        ("SABC560626MDFLRN01", "school_admin", "person"),
        ("ada", "student teacher", "groups"),
        ("teresa", "platform_admin", "groups"),
        ("teresa", "teacher integrator", "groups"),
        ("teresa", "", "groups"),
        ("teresa", "root", "groups"),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(
    office: Office, person: str, groups: str, field: str
) -> None:
    email = address()
    with pytest.raises(Invalid) as refusal:
        office.invite(person, email, *groups.split())

    assert [error.field for error in refusal.value.errors] == [field]
    assert services.invitation_progress() == dict.fromkeys(InvitationState, 0)
    assert accounts.holders([email]) == {}


@pytest.mark.parametrize("email", ["n@x", "", "a b@x.mx", "x" * 65 + "@x.mx"])
def test_no_address_no_invitation(office: Office, email: str) -> None:
    with pytest.raises(Invalid) as refusal:
        office.invite(TERESA, email, "teacher")

    assert [error.field for error in refusal.value.errors] == ["email"]


def test_a_person_has_one_login_and_an_address_one_person(office: Office) -> None:
    email = address()
    office.invite(TERESA, email, "teacher")

    with pytest.raises(Conflict):
        office.invite(TERESA, email, "teacher")
    for person, other, field in ((TERESA, address(), "person"), (TOMAS, email, "email")):
        with pytest.raises(Invalid) as refusal:
            office.invite(person, other, "teacher")
        assert [error.field for error in refusal.value.errors] == [field]


def test_a_family_shares_an_address_but_staff_does_not(office: Office) -> None:
    shared = address("familia")
    services.add_students([Student(one, "X", email=shared) for one in (ADA, BLAS)])
    services.add_guardians([Guardian(GLORIA, "Gloria", email=shared)])

    with pytest.raises(Invalid):
        office.invite(TERESA, shared, "teacher")
    assert office.run(office.invite(GLORIA, shared, "guardian")) == [SENT]
    with pytest.raises(Invalid) as refusal:
        office.invite(ADA, shared, "student")
    assert refusal.value.errors[0].message == "Somebody else of the school has this address."


def test_a_parent_who_teaches_has_one_id_and_one_login(office: Office) -> None:
    email = address("both")
    services.add_teachers([Teacher(TeacherId("gloria"), "Gloria", email=email)])
    services.add_guardians([Guardian(GuardianId("gloria"), "Gloria", email=email)])

    assert office.run(office.invite("gloria", email, "guardian", "teacher")) == [SENT]


def test_an_address_of_another_school_fails_as_any_other_would(office: Office, south: Cast) -> None:
    foreign, taken = address("sur"), address("operator")
    with context.entered(school=south.school):
        services.create_login("dario", foreign, PASSWORD, ["student"])
    identity.create(taken, identity.Login(office.school, "somebody"))
    before = identity.find(foreign)

    made = [office.invite(TERESA, foreign, "teacher"), office.invite(TOMAS, taken, "teacher")]

    assert office.run(*made) == [FAILED, FAILED]
    found = [services.invitation(one.id) for one in made]
    assert [one.failure for one in found] == [Failure.ADDRESS, Failure.ADDRESS]
    assert identity.find(foreign) == before
    assert signed_in(foreign).id_token
    assert office.mails(foreign) == []
    with pytest.raises(NotFound):
        services.account(TERESA)
    assert office.run(office.invite(TERESA, address(), "teacher")) == [SENT]


def test_what_was_written_past_the_api_cannot_make_an_operator(office: Office) -> None:
    """As if the API were taken over: its items ask for what it may not give."""
    email = address()
    one = Invitation(
        "planted",
        PersonId(TERESA),
        clock.now(),
        None,
        email=email,
        groups=frozenset({"platform_admin"}),
    )
    work = store.Transaction()
    account_work.add(work, one)
    store.patiently(work)

    assert office.run(one) == [FAILED]
    assert services.invitation("planted").failure is Failure.GROUPS
    assert identity.find(email) is None


def test_messages_and_items_keep_the_address_to_themselves(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodies: list[str] = []
    monkeypatch.setattr(queue, "send_batch", lambda _, messages: bodies.extend(messages))
    email = address()
    made = office.invite(TERESA, email, "teacher")

    (body,) = bodies
    import base64  # noqa: PLC0415 -- only here

    call = json.loads(base64.b64decode(json.loads(body)["body"]))
    assert call[:2] == [[], {"invitation": made.id}]
    assert email not in body
    found = store.get(AccountItem, keys.account(TERESA), keys.ONLY)
    assert found is not None
    assert email not in f"{found.pk} {found.sk} {found.gsi1pk} {found.gsi1sk}"


def test_an_invitation_of_another_school_is_absent(office: Office, south: Cast) -> None:
    made = office.invite(TERESA, address(), "teacher")

    with context.entered(school=south.school):
        for act in (services.invitation, services.cancel_invitation, services.resend_invitation):
            with pytest.raises(NotFound):
                act(made.id)
        services.run_invitation(made.id)
    assert services.invitation(made.id).state is InvitationState.WAITING
    assert services.invitation(made.id).asked is Asked.INVITE
    assert isinstance(services.account(TERESA).account, Account)
