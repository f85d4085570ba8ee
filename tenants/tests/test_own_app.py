"""An authenticator app of one's own: set up, replaced, given up."""

from typing import Any

import pytest

from luca.kernel.ids import SchoolId
from luca.localaws.embedded import Embedded
from tenants import services
from tenants.domain import School
from tenants.tests.signing import OTHER, PASSWORD, Somebody
from tenants.tests.test_sign_in_journey import acts


@pytest.fixture
def easy(school: str) -> str:
    services.create_school(School(SchoolId(school), "Colegio Norte"))
    return school


def test_an_app_is_set_up_and_given_up_by_whoever_is_signed_in(aws: Embedded, easy: str) -> None:
    teresa = Somebody(aws, easy, "teresa").known("teacher")
    teresa.sign_in()
    made = teresa.act("/me/totp")
    assert (made.status_code, set(made.json())) == (201, {"secret", "uri"})
    teresa.secret = made.json()["secret"]
    assert "id_token" in teresa.sign_in().json(), "nothing is asked for before the app is proven"

    wrong = teresa.act("/me/totp/verify", {"code": "000000"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "wrong_code")
    assert teresa.act("/me/totp/verify", {"code": teresa.code()}).status_code == 204
    before = teresa.told
    assert teresa.sign_in().json()["challenge"] == "totp"
    assert teresa.answer(code=teresa.code(1)).status_code == 200

    assert give_up(teresa, PASSWORD).status_code == 204
    assert teresa.renew().status_code == 401
    assert "id_token" in teresa.sign_in().json()
    assert before["person"] == "teresa"
    kept = [action for action, *_ in acts(easy) if action.startswith("totp")]
    assert kept == ["totp.enabled", "totp.disabled"]


def give_up(who: Somebody, password: str) -> Any:
    body, kind = {"password": password}, "application/json"
    return who.client.delete("/me/totp", body, content_type=kind, headers=who.signed)


def test_an_app_is_not_put_aside_by_who_holds_the_tokens_only(aws: Embedded, easy: str) -> None:
    teresa = Somebody(aws, easy, "teresa").known("teacher")
    teresa.sign_in()
    teresa.secret = first = teresa.act("/me/totp").json()["secret"]
    assert teresa.act("/me/totp/verify", {"code": teresa.code(-1)}).status_code == 204
    teresa.sign_in()
    assert teresa.answer(code=teresa.code()).status_code == 200

    for refused in (
        teresa.act("/me/totp"),
        teresa.act("/me/totp", {"password": OTHER}),
        give_up(teresa, ""),
        give_up(teresa, OTHER),
    ):
        assert (refused.status_code, refused.json()["code"]) == (422, "wrong_password")
    assert [action for action, *_ in acts(easy)].count("totp.disabled") == 0

    teresa.secret = teresa.act("/me/totp", {"password": PASSWORD}).json()["secret"]
    assert teresa.secret != first
    assert teresa.act("/me/totp/verify", {"code": teresa.code()}).status_code == 204
    assert teresa.renew().status_code == 401, "whoever was signed in with the other is out"
    teresa.sign_in()
    assert teresa.answer(code=teresa.code(1)).status_code == 200


def test_guessing_the_password_to_put_an_app_aside_is_limited(aws: Embedded, easy: str) -> None:
    teresa = Somebody(aws, easy, "teresa").known("teacher")
    teresa.sign_in()
    teresa.secret = teresa.act("/me/totp").json()["secret"]
    assert teresa.act("/me/totp/verify", {"code": teresa.code(-1)}).status_code == 204

    assert [give_up(teresa, OTHER).status_code for _ in range(6)] == [422] * 5 + [429]
