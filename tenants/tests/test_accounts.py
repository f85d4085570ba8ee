"""Orders on accounts: given by a school admin, carried out by a worker, once."""

import time
from typing import Any

import pytest

from luca.aws import identity
from luca.kernel import context
from luca.kernel.errors import Conflict, Invalid, LucaError, NotFound, Unauthenticated
from luca.kernel.ids import TeacherId
from tenants import services
from tenants.domain import Student, Teacher
from tenants.domain.accounts import AccountState, Act, Failure, OrderState
from tenants.repository import accounts
from tenants.tests.conftest import ADA, GLORIA, TERESA, TOMAS, Cast
from tenants.tests.office import PASSWORD, Office, address, rights, signed_in

DONE = OrderState.DONE


def test_a_disabled_teacher_cannot_sign_in_until_enabled(office: Office) -> None:
    email = office.login(TERESA, "teacher")

    assert office.done(TERESA, Act.DISABLE, reason="On leave.").state is DONE
    with pytest.raises(Unauthenticated):
        identity.sign_in(email, PASSWORD)
    assert services.account(TERESA).account.state is AccountState.DISABLED

    assert office.done(TERESA, Act.ENABLE).state is DONE
    assert signed_in(email).id_token
    assert services.account(TERESA).account.state is AccountState.ACTIVE
    acts = [(act, who) for act, about, who in office.audited() if about == "person:teresa"]
    assert acts == [
        ("login.created", "operator"),
        ("login.disabled", "boss"),
        ("login.enabled", "boss"),
    ]


def test_what_was_signed_in_before_stays_signed_out_after_enabling(office: Office) -> None:
    email = office.login(TERESA, "teacher")
    before = signed_in(email).refresh_token
    time.sleep(1.1)  # the emulator compares whole seconds

    office.done(TERESA, Act.DISABLE)
    office.done(TERESA, Act.ENABLE)

    with pytest.raises(Unauthenticated):
        identity.refresh(before)
    assert identity.refresh(signed_in(email).refresh_token).id_token


def test_groups_are_replaced_in_the_pool_and_in_the_school(office: Office) -> None:
    email = office.login(TERESA, "teacher")

    office.done(TERESA, Act.GROUPS, groups=frozenset({"school_admin"}))

    assert rights(email) == {"school_admin"}
    assert services.account(TERESA).account.groups == {"school_admin"}
    assert accounts.admins() == {"teresa"}
    assert services.people_by_email(email) == [("STAFF", "teresa")]


def test_the_contact_address_finds_a_teacher_whatever_the_login_does(office: Office) -> None:
    email = office.login(TERESA, "teacher")
    services.add_students([Student(ADA, "Ada", email=email)])

    office.done(TERESA, Act.GROUPS, groups=frozenset({"school_admin"}))

    assert services.people_by_email(email) == [("STAFF", "teresa"), ("STUDENT", "ada")]


def test_a_reset_password_opens_nothing_and_a_code_is_mailed(office: Office) -> None:
    email = office.login(TERESA, "teacher")
    before = signed_in(email).refresh_token
    time.sleep(1.1)  # the emulator compares whole seconds

    assert office.done(TERESA, Act.RESET_PASSWORD).state is DONE

    with pytest.raises(Unauthenticated):
        identity.refresh(before)
    with pytest.raises(LucaError):
        identity.sign_in(email, PASSWORD)
    assert len(office.mails(email)) == 1


def test_an_account_signs_in_with_its_new_address_only(office: Office) -> None:
    before, after = office.login(TERESA, "teacher"), address("casada")

    assert office.done(TERESA, Act.EMAIL, email=after.upper()).state is DONE

    assert signed_in(after).id_token
    with pytest.raises(Unauthenticated):
        identity.sign_in(before, PASSWORD)
    assert services.account(TERESA).account.email == after
    assert services.people_by_email(before) == []
    assert services.people_by_email(after) == [("TEACHER", "teresa")]
    assert accounts.holders([before, after]) == {after: "teresa"}


def test_an_address_of_another_school_is_refused_and_nothing_changes(
    office: Office, south: Cast
) -> None:
    email, foreign = office.login(TERESA, "teacher"), address("sur")
    with context.entered(school=south.school):
        services.create_login("dario", foreign, PASSWORD, ["student"])

    found = office.done(TERESA, Act.EMAIL, email=foreign)

    assert (found.state, found.failure) == (OrderState.FAILED, Failure.ADDRESS)
    assert signed_in(email).id_token
    assert services.account(TERESA).account.email == email
    assert accounts.holders([email, foreign]) == {email: "teresa"}


@pytest.mark.parametrize(
    ("person", "act", "more", "error", "code"),
    [
        ("nobody", Act.DISABLE, {}, NotFound, "account_not_found"),
        ("a#b", Act.DISABLE, {}, NotFound, "account_not_found"),
        ("teresa", Act.DISABLE, {"reason": " "}, Invalid, "invalid"),
        ("teresa", Act.DISABLE, {"reason": "x" * 501}, Invalid, "invalid"),
        ("teresa", Act.ENABLE, {}, Conflict, "wrong_state"),
        ("teresa", Act.GROUPS, {"groups": frozenset({"student"})}, Invalid, "invalid"),
        ("teresa", Act.GROUPS, {"groups": frozenset({"platform_admin"})}, Invalid, "invalid"),
        ("teresa", Act.GROUPS, {"groups": frozenset()}, Invalid, "invalid"),
        ("teresa", Act.EMAIL, {"email": "n@x"}, Invalid, "invalid"),
        ("boss", Act.DISABLE, {}, Conflict, "own_account"),
        ("boss", Act.GROUPS, {"groups": frozenset({"gov_operator"})}, Conflict, "own_account"),
    ],
)
def test_an_order_that_cannot_be_is_refused(
    office: Office,
    person: str,
    act: Act,
    more: dict[str, Any],
    error: type[LucaError],
    code: str,
) -> None:
    office.login(TERESA, "teacher")
    office.login("boss", "school_admin")
    office.login("other", "school_admin")

    with pytest.raises(error) as refusal:
        office.ask(person, act, **more)

    assert refusal.value.code == code
    assert not services.account(TERESA).account.open_order


def test_the_address_of_a_colleague_is_refused(office: Office) -> None:
    office.login(TERESA, "teacher")
    taken = office.login(TOMAS, "teacher")

    with pytest.raises(Invalid):
        office.ask(TERESA, Act.EMAIL, email=taken)
    with pytest.raises(Conflict):
        office.ask(TOMAS, Act.EMAIL, email=taken)


def test_a_family_s_address_becomes_no_teacher_s_by_an_order(office: Office) -> None:
    """Gloria and her daughter share an address, which nobody could be invited to as staff."""
    email = office.login(GLORIA, "guardian")
    services.add_students([Student(ADA, "Ada", email=email)])
    services.add_teachers([Teacher(TeacherId(GLORIA), "Gloria", "Peña")])

    with pytest.raises(Invalid) as refusal:
        office.ask(GLORIA, Act.GROUPS, groups=frozenset({"guardian", "teacher"}))
    assert [one.field for one in refusal.value.errors] == ["email"]
    assert not services.account(GLORIA).account.open_order

    services.add_students([Student(ADA, "Ada")])
    found = office.done(GLORIA, Act.GROUPS, groups=frozenset({"guardian", "teacher"}))
    assert found.state is DONE


def test_one_order_at_a_time(office: Office) -> None:
    office.login(TERESA, "teacher")
    first = office.ask(TERESA, Act.DISABLE)

    with pytest.raises(Conflict) as refusal:
        office.ask(TERESA, Act.RESET_PASSWORD)
    assert refusal.value.code == "order_open"
    with office.worker():
        services.run_order(first.id)
    assert office.done(TERESA, Act.ENABLE).state is DONE


def test_accounts_are_read_without_asking_the_pool(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.login(TERESA, "teacher")
    office.done(TERESA, Act.DISABLE, reason="On leave.")
    made = office.invite(TOMAS, address(), "teacher")
    monkeypatch.setattr(identity, "find", None)
    monkeypatch.setattr(identity, "groups_of", None)

    with office.desk():
        found, following = services.accounts(limit=10, start=None)
    assert following is None
    assert [one.account.person for one in found] == ["teresa", "tomas"]
    assert found[0].order is not None
    assert found[0].order.reason == "On leave."
    assert found[1].invitation is not None
    assert found[1].invitation.id == made.id
