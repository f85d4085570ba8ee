"""A person's way from the invitation to the last sign-out, over HTTP and with their mail."""

from typing import Any

import pytest
from django.conf import settings
from structlog.testing import capture_logs

from luca.aws import audit, clients, identity, store
from luca.kernel import clock, context
from luca.kernel.errors import LucaError, TooMany, Unavailable
from luca.kernel.ids import SchoolId
from luca.localaws.embedded import Embedded
from tenants import services
from tenants.domain import School
from tenants.tests.signing import OTHER, PASSWORD, Somebody


@pytest.fixture
def strict(school: str) -> str:
    """A school that wants authenticator apps of its staff."""
    services.create_school(School(SchoolId(school), "Colegio Norte", staff_totp=True))
    return school


@pytest.fixture
def easy(school: str) -> str:
    services.create_school(School(SchoolId(school), "Colegio Norte"))
    return school


def acts(school: str) -> list[tuple[str, str, str]]:
    with context.entered(school=school):
        found = store.every(audit.AuditItem, audit.day(clock.now().date()), consistent=True)
        acts = [item for item in found if item.actor != audit.OPERATOR]
        return [(item.action, item.about, item.actor) for item in acts]


def test_from_the_invitation_to_the_last_sign_out(
    aws: Embedded, strict: str, acting_as: Any
) -> None:
    teresa = Somebody(aws, strict, "teresa").invited("teacher")
    with acting_as("api"):
        first_password(teresa)
        first_code(teresa)

        assert teresa.sign_in().json()["challenge"] == "totp"
        assert teresa.answer(code=teresa.code()).status_code == 200
        assert teresa.renew().status_code == 200
        assert teresa.logout().status_code == 204
        assert (teresa.renew().status_code, teresa.renew().json()["code"]) == (401, "sign_in")
        assert teresa.logout().status_code == 204, "there is nothing left to end"

        forgotten(teresa)
        assert teresa.answer(code=teresa.code(1)).status_code == 200

    kept = "password.changed totp.enabled session.signed_in session.signed_in session.signed_out"
    kept += " password.changed session.signed_in"
    assert acts(strict) == [(act, "person:teresa", "teresa") for act in kept.split()]


def first_password(teresa: Somebody) -> None:
    first = teresa.sign_in(teresa.mailed)
    assert (first.status_code, teresa.told["challenge"]) == (200, "new_password")
    assert set(teresa.told) == {"challenge", "session", "expires_in"}
    assert first["Cache-Control"] == "no-store"
    weak = teresa.answer(new_password="corta")
    assert (weak.status_code, weak.json()["code"]) == (422, "weak_password")
    assert {fault["field"] for fault in weak.json()["errors"]} == {"new_password"}
    assert teresa.answer(new_password=PASSWORD).status_code == 200


def first_code(teresa: Somebody) -> None:
    assert teresa.told["challenge"] == "totp_setup"
    assert teresa.told["uri"].startswith("otpauth://totp/Luca:teresa-")
    assert teresa.secret in teresa.told["uri"]
    assert not {"id_token", "access_token", "refresh_token"} & set(teresa.told)
    assert teresa.answer(code="000000").json()["code"] == "wrong_code"
    done = teresa.answer(code=teresa.code(-1))
    assert (done.status_code, teresa.told["groups"]) == (200, ["teacher"])
    me = teresa.client.get("/me", headers=teresa.signed).json()
    assert me == {"person": "teresa", "school": teresa.school, "groups": ["teacher"]}


def forgotten(teresa: Somebody) -> None:
    assert teresa.post("/auth/forgot-password", {"email": teresa.email}).status_code == 202
    reset = {"email": teresa.email, "code": teresa.mailed, "password": OTHER}
    assert teresa.post("/auth/reset-password", reset).status_code == 204
    assert teresa.sign_in().status_code == 401
    assert teresa.sign_in(OTHER).json()["challenge"] == "totp"


def test_students_of_a_strict_school_need_no_app(aws: Embedded, strict: str) -> None:
    ada = Somebody(aws, strict, "ada").known("student")
    assert ada.sign_in().json()["groups"] == ["student"]
    assert ada.renew().status_code == 200


@pytest.mark.parametrize("group", ["teacher", "school_admin", "gov_operator", "platform_admin"])
def test_staff_of_a_strict_school_gets_no_token_without_an_app(
    aws: Embedded, strict: str, group: str
) -> None:
    somebody = Somebody(aws, strict, "boss").known(group, "student")
    told = somebody.sign_in().json()
    assert (told["challenge"], told.get("id_token")) == ("totp_setup", None)


def test_a_school_that_becomes_strict_ends_what_its_staff_had(aws: Embedded, easy: str) -> None:
    teresa = Somebody(aws, easy, "teresa").known("teacher")
    ada = Somebody(aws, easy, "ada").known("student")
    teresa.sign_in()
    ada.sign_in()
    assert teresa.renew().status_code == 200

    services.save_school_profile(School(SchoolId(easy), "Colegio Norte", staff_totp=True))

    refused = teresa.renew()
    assert (refused.status_code, refused.json()["code"]) == (401, "totp_required")
    assert ada.renew().status_code == 200
    assert teresa.sign_in().json()["challenge"] == "totp_setup"
    assert teresa.answer(code=teresa.code()).status_code == 200
    assert teresa.renew().status_code == 200


def test_where_the_school_asks_for_an_app_nobody_on_its_staff_gives_it_up(
    aws: Embedded, strict: str
) -> None:
    teresa = Somebody(aws, strict, "teresa").known("teacher")
    teresa.sign_in()
    teresa.answer(code=teresa.code())
    refused = teresa.client.delete("/me/totp", headers=teresa.signed)
    assert (refused.status_code, refused.json()["code"]) == (403, "totp_required")
    assert teresa.sign_in().json()["challenge"] == "totp"


def test_a_password_is_changed_by_who_knows_it(aws: Embedded, easy: str) -> None:
    ada = Somebody(aws, easy, "ada").known("student")
    ada.sign_in()
    guess = {"old_password": "No-Era-Esta-1", "new_password": OTHER}
    wrong = ada.act("/auth/change-password", guess)
    assert (wrong.status_code, wrong.json()["code"]) == (422, "wrong_password")
    weak = ada.act("/auth/change-password", {"old_password": PASSWORD, "new_password": "corta"})
    assert weak.json()["code"] == "weak_password"
    right = {"old_password": PASSWORD, "new_password": OTHER}
    assert ada.act("/auth/change-password", right).status_code == 204
    assert (ada.sign_in().status_code, ada.sign_in(OTHER).status_code) == (401, 200)
    assert ("password.changed", "person:ada", "ada") in acts(easy)


def test_signing_out_everywhere_and_here(aws: Embedded, easy: str) -> None:
    phone = Somebody(aws, easy, "ada").known("student")
    laptop = Somebody(aws, easy, "ada", phone.email)
    phone.sign_in()
    laptop.sign_in()
    assert phone.logout().status_code == 204
    assert (phone.renew().status_code, laptop.renew().status_code) == (401, 200)
    phone.sign_in()
    assert phone.logout(everywhere=True).status_code == 204
    assert (phone.renew().status_code, laptop.renew().status_code) == (401, 401)


def test_a_reset_password_signs_everybody_else_out(aws: Embedded, easy: str) -> None:
    thief = Somebody(aws, easy, "ada").known("student")
    thief.sign_in()
    ada = Somebody(aws, easy, "ada", thief.email)
    ada.post("/auth/forgot-password", {"email": ada.email})
    reset = {"email": ada.email, "code": ada.mailed, "password": OTHER}
    assert ada.post("/auth/reset-password", reset).status_code == 204
    assert thief.renew().status_code == 401
    assert ada.sign_in(OTHER).status_code == 200
    assert ada.renew().status_code == 200
    kept = [act for act, *_ in acts(easy)]
    assert kept == ["session.signed_in", "password.changed", "session.signed_in"]


def test_who_has_an_app_signs_everybody_out_with_the_first_code_after_a_reset(
    aws: Embedded, strict: str
) -> None:
    thief = Somebody(aws, strict, "teresa").known("teacher")
    thief.sign_in()
    assert thief.answer(code=thief.code(-1)).status_code == 200
    teresa = Somebody(aws, strict, "teresa", thief.email, secret=thief.secret)
    teresa.post("/auth/forgot-password", {"email": teresa.email})
    reset = {"email": teresa.email, "code": teresa.mailed, "password": OTHER}
    assert teresa.post("/auth/reset-password", reset).status_code == 204

    teresa.sign_in(OTHER)
    assert teresa.answer(code=teresa.code()).status_code == 200

    assert thief.renew().status_code == 401
    assert teresa.renew().status_code == 401, "hers ended too; she signs in once more"
    teresa.sign_in(OTHER)
    assert teresa.answer(code=teresa.code(1)).status_code == 200
    assert teresa.renew().status_code == 200
    assert [act for act, *_ in acts(strict)].count("password.changed") == 1


@pytest.mark.parametrize("error", [TooMany, Unavailable])
@pytest.mark.parametrize("call", ["sign_in", "sign_out_everywhere"])
def test_a_reset_while_the_pool_falters_is_settled_at_the_next_sign_in(
    aws: Embedded, easy: str, monkeypatch: pytest.MonkeyPatch, call: str, error: type[LucaError]
) -> None:
    thief = Somebody(aws, easy, "ada").known("student")
    thief.sign_in()
    ada = Somebody(aws, easy, "ada", thief.email)
    ada.post("/auth/forgot-password", {"email": ada.email})
    reset = {"email": ada.email, "code": ada.mailed, "password": OTHER}

    def falter(*_: str) -> None:
        raise error("Not now.")

    with monkeypatch.context() as patch:
        patch.setattr(identity, call, falter)
        assert ada.post("/auth/reset-password", reset).status_code == 204
    assert thief.renew().status_code == 200
    assert ada.sign_in(OTHER).status_code == 200

    assert thief.renew().status_code == 401
    assert ada.renew().status_code == 200
    kept = [act for act, *_ in acts(easy)]
    assert kept == ["session.signed_in", "password.changed", "session.signed_in"]


def test_a_reset_password_forgives_the_guesses_before_it(aws: Embedded, easy: str) -> None:
    ada = Somebody(aws, easy, "ada").known("student")
    assert [ada.sign_in("No-Era-Esta-1").status_code for _ in range(6)] == [401] * 5 + [429]
    ada.post("/auth/forgot-password", {"email": ada.email})
    reset = {"email": ada.email, "code": ada.mailed, "password": OTHER}
    assert ada.post("/auth/reset-password", reset).status_code == 204
    assert ada.sign_in(OTHER).status_code == 200


def test_disabling_somebody_ends_what_they_can_renew(aws: Embedded, easy: str) -> None:
    ada = Somebody(aws, easy, "ada").known("student")
    ada.sign_in()
    assert ada.told["expires_in"] == 300
    account: Any = {"UserPoolId": settings.COGNITO_POOL_ID, "Username": ada.email}
    clients.cognito().admin_disable_user(**account)
    assert (ada.renew().status_code, ada.sign_in().status_code) == (401, 401)


def test_what_is_written_down_of_signing_in_names_nobody(aws: Embedded, easy: str) -> None:
    ada = Somebody(aws, easy, "ada-marcada").known("student")
    with capture_logs() as lines:
        for _ in range(6):
            ada.sign_in("No-Era-Esta-1")
        Somebody(aws, easy, "nadie").post("/auth/forgot-password", {"email": "nadie@x.mx"})
        blas = Somebody(aws, easy, "blas-marcado").known("student")
        blas.sign_in()
        blas.post("/auth/forgot-password", {"email": blas.email})
        blas.logout()
    written = str(lines)
    assert {"session_signed_in", "sign_in_attempts_limited"} <= {one["event"] for one in lines}
    secret = (ada.email, blas.email, "marcad", PASSWORD, blas.told["refresh_token"], blas.mailed)
    assert not [one for one in (*secret, "nadie") if one in written]
