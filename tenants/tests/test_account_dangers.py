"""Orders that must not do harm: foreign accounts, operators, last admins, dying workers."""

from datetime import timedelta
from typing import Any

import pytest

from luca.aws import identity, store
from luca.kernel import clock, context
from luca.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from luca.kernel.ids import PersonId
from tenants import services
from tenants.domain.accounts import Account, AccountState, Act, Failure, Order, OrderState
from tenants.repository import account_work, accounts
from tenants.services import ordering
from tenants.tests.conftest import TERESA, Cast
from tenants.tests.office import PASSWORD, Office, address, rights, signed_in

DONE = OrderState.DONE


@pytest.mark.parametrize("act", list(Act))
def test_an_account_of_another_school_is_never_touched(
    office: Office, south: Cast, act: Act
) -> None:
    """As if North's items had been made to point at South's account."""
    email = address("dario")
    with context.entered(school=south.school):
        services.create_login("dario", email, PASSWORD, ["student"])
        services.create_login("boss", address("boss"), PASSWORD, ["school_admin"])
    state = AccountState.DISABLED if act is Act.ENABLE else AccountState.ACTIVE
    plant(Account(PersonId("dario"), email, frozenset({"gov_operator"}), state))
    before = identity.find(email)

    more: dict[str, Any] = {}
    more |= {"groups": frozenset({"gov_operator"})} if act is Act.GROUPS else {}
    more |= {"email": address()} if act is Act.EMAIL else {}
    found = office.done("dario", act, **more)

    assert (found.state, found.failure) == (OrderState.FAILED, Failure.ACCOUNT)
    assert identity.find(email) == before
    assert rights(email) == {"student"}
    assert signed_in(email).id_token
    assert office.mails(email) == []


def plant(account: Account) -> None:
    work = store.Transaction()
    accounts.put(work, account, seen=None)
    store.patiently(work)


def test_an_operator_s_account_is_not_the_school_s_to_change(office: Office) -> None:
    email = office.login("root", "platform_admin", "school_admin")
    office.login("other", "school_admin")

    with pytest.raises(Forbidden):
        office.ask("root", Act.DISABLE)
    seen = services.account("root").account
    work = store.Transaction()  # the school's item forgets what the pool knows
    accounts.put(work, _with(seen, groups=frozenset({"school_admin"})), seen=seen.version)
    store.patiently(work)
    assert office.done("root", Act.DISABLE).failure is Failure.ACCOUNT
    assert signed_in(email).id_token
    assert rights(email) == {"platform_admin", "school_admin"}


def test_what_was_written_past_the_api_cannot_give_an_operator_s_rights(office: Office) -> None:
    email = office.login(TERESA, "teacher")
    before = services.account(TERESA).account
    order = Order(
        "planted", before.person, clock.now(), None, act=Act.GROUPS, reason="x",
        groups=frozenset({"platform_admin"}),
    )  # fmt: skip
    work = store.Transaction()
    account_work.add(work, order)
    accounts.put(work, _with(before, order="planted", open_order=True), seen=before.version)
    store.patiently(work)

    with office.worker():
        services.run_order("planted")
        assert account_work.order("planted").failure is Failure.GROUPS  # type: ignore[union-attr]
    assert rights(email) == {"teacher"}


def _with(account: Account, **changes: object) -> Account:
    from dataclasses import replace  # noqa: PLC0415 -- only here

    return replace(account, version=account.version + 1, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("act", [Act.DISABLE, Act.EMAIL])
def test_who_removed_their_own_login_keeps_neither_account_nor_address(
    office: Office, act: Act
) -> None:
    office.login("boss", "school_admin")
    email, nueva = office.login("other", "school_admin"), address("nueva")
    found = identity.find(email)
    assert found is not None
    identity.delete(found.username)  # as Cognito does for whoever shows it an access token

    asked = office.ask("other", act, **({"email": nueva} if act is Act.EMAIL else {}))
    with office.worker():
        services.run_order(asked.id)
        order = account_work.order(asked.id)
        with pytest.raises(NotFound):
            services.account("other")

    assert order is not None
    assert (order.state, order.failure) == (OrderState.FAILED, Failure.ACCOUNT)
    assert accounts.admins() == {"boss"}
    assert ("login.gone", "person:other", "boss") in office.audited()
    with pytest.raises(Conflict):
        office.ask("boss", Act.DISABLE, who=None)
    office.invite(TERESA, email, "teacher")
    office.invite("other", nueva, "school_admin")


def test_the_last_admin_who_can_sign_in_stays(office: Office) -> None:
    office.login("boss", "school_admin")
    office.run(office.invite("new", address("new"), "school_admin"))  # has not accepted

    for act in (Act.DISABLE, Act.GROUPS):
        with pytest.raises(Conflict) as refusal:
            office.ask("boss", act, who="new", groups=frozenset({"gov_operator"}))
        assert refusal.value.code == "last_school_admin"
    with pytest.raises(Conflict):
        office.ask("boss", Act.DISABLE, who=None)  # nor does an operator, by a slip

    office.accept("new")
    assert office.done("boss", Act.DISABLE, who="new").state is DONE
    assert accounts.admins() == {"new"}


def test_an_admin_who_could_not_be_demoted_counts_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.login("boss", "school_admin")
    office.login("other", "school_admin")
    monkeypatch.setattr(identity, "disable", _refuse)

    found = office.done("other", Act.DISABLE)

    assert (found.state, found.failure) == (OrderState.FAILED, Failure.STATE)
    assert accounts.admins() == {"boss", "other"}
    assert services.account("other").account.state is AccountState.ACTIVE


def _refuse(_: object) -> None:
    raise Invalid("No.")


class _Died(BaseException):
    pass


@pytest.mark.parametrize("act", list(Act))
def test_a_worker_that_died_after_the_pool_answered_is_finished_by_the_next(
    office: Office, monkeypatch: pytest.MonkeyPatch, act: Act
) -> None:
    office.login(TERESA, "teacher")
    if act is Act.ENABLE:
        office.done(TERESA, Act.DISABLE)
    after = address("nueva")
    more: dict[str, Any] = {}
    more |= {"groups": frozenset({"teacher", "gov_operator"})} if act is Act.GROUPS else {}
    more |= {"email": after} if act is Act.EMAIL else {}
    asked = office.ask(TERESA, act, **more)

    def die(*_: object) -> None:
        raise _Died

    with monkeypatch.context() as patch, office.worker():
        patch.setattr(ordering, "_settle", die)
        with pytest.raises(_Died):
            services.run_order(asked.id)
    with clock.stopped(clock.now() + timedelta(seconds=91)), office.worker():
        services.run_order(asked.id)

    found = services.account(TERESA)
    assert found.order is not None
    assert found.order.state is DONE
    assert not found.account.open_order


def test_an_order_of_another_school_is_not_run(office: Office, south: Cast) -> None:
    email = office.login(TERESA, "teacher")
    asked = office.ask(TERESA, Act.DISABLE)

    with office.acting_as("worker"), context.entered(school=south.school):
        services.run_order(asked.id)
    assert signed_in(email).id_token
