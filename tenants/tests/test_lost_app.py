"""A teacher's phone is gone: the school's admin lets her set another app up."""

from dataclasses import replace

import pytest

from tenants import services
from tenants.domain.accounts import Act, OrderState
from tenants.tests.office import PASSWORD, Office
from tenants.tests.signing import Somebody


@pytest.fixture
def teresa(office: Office) -> Somebody:
    """Signs in with her phone."""
    found = Somebody(office.aws, office.school, "teresa", office.login("teresa", "teacher"))
    found.sign_in(PASSWORD)
    found.secret = found.act("/me/totp").json()["secret"]
    assert found.act("/me/totp/verify", {"code": found.code(-1)}).status_code == 204
    assert found.sign_in(PASSWORD).json()["challenge"] == "totp"
    assert found.answer(code=found.code()).status_code == 200
    return found


def test_who_lost_the_app_signs_in_without_it_and_what_it_opened_ends(
    office: Office, teresa: Somebody
) -> None:
    assert office.done("teresa", Act.FORGET_TOTP).state is OrderState.DONE

    assert teresa.renew().status_code == 401
    assert teresa.sign_in(PASSWORD).json()["groups"] == ["teacher"]
    assert ("totp.disabled", "boss") in {(act, actor) for act, _, actor in office.audited()}


def test_where_the_school_asks_for_an_app_another_is_set_up(
    office: Office, teresa: Somebody
) -> None:
    services.save_school_profile(replace(services.school_profile(), staff_totp=True))
    office.done("teresa", Act.FORGET_TOTP)

    lost = teresa.secret
    assert teresa.sign_in(PASSWORD).json()["challenge"] == "totp_setup"
    assert teresa.secret != lost
    assert teresa.answer(code=teresa.code()).status_code == 200


def test_an_order_for_who_has_no_app_changes_nothing_but_the_sessions(office: Office) -> None:
    email = office.login("tomas", "teacher")
    tomas = Somebody(office.aws, office.school, "tomas", email)
    assert office.done("tomas", Act.FORGET_TOTP).state is OrderState.DONE
    assert tomas.sign_in(PASSWORD).status_code == 200
