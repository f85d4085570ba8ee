"""What is refused on the way in, and that no refusal tells who has an account."""

from typing import Any

import pytest
from django.conf import settings

from luca.api import sealing
from luca.aws import clients, identity
from luca.aws.identity import passwords
from luca.kernel import clock
from luca.kernel.errors import Invalid
from luca.localaws.embedded import Embedded
from tenants.services import signing_in
from tenants.tests.signing import OTHER, PASSWORD, Somebody


@pytest.fixture
def ada(aws: Embedded, school: str) -> Somebody:
    return Somebody(aws, school, "ada").known("student")


@pytest.fixture
def nobody(aws: Embedded, school: str) -> Somebody:
    return Somebody(aws, school, "nobody")


def heard(answer: Any) -> tuple[int, str, dict[str, str]]:
    """All that a stranger can tell one answer from another by."""
    headers = {name: value for name, value in answer.headers.items() if name != "X-Correlation-ID"}
    return answer.status_code, answer.content.decode(), headers


def invited(ada: Somebody) -> Somebody:
    return Somebody(ada.aws, ada.school, "inv").invited("student")


def disabled(ada: Somebody) -> Somebody:
    gone = Somebody(ada.aws, ada.school, "gone").known("student")
    account: Any = {"UserPoolId": settings.COGNITO_POOL_ID, "Username": gone.email}
    clients.cognito().admin_disable_user(**account)
    return gone


ASKED: dict[str, tuple[str, dict[str, str], int]] = {
    "a wrong password": ("/auth/login", {"password": "No-Era-Esta-1"}, 401),
    "a forgotten password": ("/auth/forgot-password", {}, 202),
    "a wrong code": ("/auth/reset-password", {"code": "123456", "password": OTHER}, 422),
    "a weak password": ("/auth/reset-password", {"code": "123456", "password": "corta"}, 422),
}


@pytest.mark.parametrize("what", ASKED)
def test_every_kind_of_account_and_none_answer_alike(
    what: str, ada: Somebody, nobody: Somebody
) -> None:
    path, body, status = ASKED[what]
    everybody = (ada, nobody, invited(ada), disabled(ada))
    told = [heard(who.post(path, {"email": who.email, **body})) for who in everybody]
    assert told[0][0] == status
    assert told == [told[0]] * len(everybody)


def test_the_limit_on_mail_is_the_same_for_all(ada: Somebody, nobody: Somebody) -> None:
    def ask(who: Somebody) -> list[int]:
        return [
            who.post("/auth/forgot-password", {"email": who.email}).status_code for _ in range(4)
        ]

    assert ask(ada) == ask(nobody) == [202, 202, 202, 429]


@pytest.mark.parametrize("who", ["ada", "nobody"])
def test_known_and_unknown_cost_the_same_calls(who: str, request: pytest.FixtureRequest) -> None:
    """The same work of ours, so the same time: what the pool takes for its part is the pool's."""
    somebody: Somebody = request.getfixturevalue(who)
    calls: list[str] = []
    client = clients.cognito_public()
    client.meta.events.register(
        "before-call.cognito-identity-provider",
        lambda model, **_: calls.append(model.name),
        unique_id="count",
    )
    try:
        somebody.sign_in("No-Era-Esta-1")
        somebody.post("/auth/forgot-password", {"email": somebody.email})
        reset = {"email": somebody.email, "code": "123456", "password": OTHER}
        somebody.post("/auth/reset-password", reset)
    finally:
        client.meta.events.unregister("before-call.cognito-identity-provider", unique_id="count")
    assert calls == ["InitiateAuth", "ForgotPassword", "ConfirmForgotPassword"]


BODIES: dict[str, tuple[Any, list[str]]] = {
    "/auth/challenge": ({}, ["session"]),
    "/auth/logout": ({"everywhere": "maybe"}, ["refresh_token", "everywhere"]),
    "/auth/forgot-password": ({}, ["email"]),
    "/auth/reset-password": ({"email": "a@b.mx"}, ["code", "password"]),
}


@pytest.mark.parametrize("path", BODIES)
def test_a_body_that_lacks_something(path: str, nobody: Somebody) -> None:
    body, faulty = BODIES[path]
    answer = nobody.post(path, body)
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == faulty


def sealed(**held: str) -> str:
    return sealing.seal(held, signing_in.PURPOSE)


@pytest.mark.parametrize("session", ["x", "", "é" * 9, "A" * 8000, "cursor", "old", "made up"])
def test_a_session_that_is_none(session: str, nobody: Somebody) -> None:
    if session == "cursor":
        session = sealing.seal({"PK": "x"}, "north\0students")
    elif session == "old":
        with clock.stopped(clock.parse("2026-01-01T00:00:00.000Z")):
            session = sealed(challenge="totp", session="s", user="u", account="a")
    elif session == "made up":
        session = sealed(challenge="new_password", session="s", user=nobody.email, account="a")
    answer = nobody.post("/auth/challenge", {"session": session, "new_password": OTHER})
    expected = 422 if not session else 401
    assert answer.status_code == expected
    if session:
        assert answer.json()["code"] == "challenge_over"


def test_a_session_tells_its_bearer_nothing(ada: Somebody) -> None:
    new = invited(ada)
    first = new.sign_in(new.mailed).json()["session"]
    second = new.sign_in(new.mailed).json()["session"]
    assert first != second
    assert new.email not in first


def test_a_step_is_answered_once_and_with_its_own_field(ada: Somebody) -> None:
    new = invited(ada)
    new.sign_in(new.mailed)
    missing = new.answer(code="123456")
    assert [fault["field"] for fault in missing.json()["errors"]] == ["new_password"]
    session = new.told["session"]
    assert new.answer(new_password=PASSWORD).status_code == 200
    again = new.post("/auth/challenge", {"session": session, "new_password": OTHER})
    assert (again.status_code, again.json()["code"]) == (401, "challenge_over")
    assert new.sign_in(PASSWORD).status_code == 200


@pytest.mark.parametrize("code", ["000000", "1", "abcdef", "12345678"])
def test_a_code_that_is_not_that_of_the_app(code: str, ada: Somebody) -> None:
    ada.sign_in()
    ada.act("/me/totp")
    answer = ada.act("/me/totp/verify", {"code": code})
    assert (answer.status_code, answer.json()["code"]) == (422, "wrong_code")
    assert [fault["field"] for fault in answer.json()["errors"]] == ["code"]


def test_codes_of_an_app_are_not_guessed(ada: Somebody) -> None:
    ada.sign_in()
    ada.secret = ada.act("/me/totp").json()["secret"]
    assert ada.act("/me/totp/verify", {"code": ada.code()}).status_code == 204
    ada.sign_in()
    wrong = f"{(int(ada.code()) + 1) % 10**6:06d}"
    answers = [ada.answer(code=wrong) for _ in range(6)]
    assert [one.status_code for one in answers] == [401] * 5 + [429]
    assert ada.sign_in().status_code == 200, "the password itself is another count"
    assert ada.answer(code=ada.code(1)).status_code == 429


ACTS: dict[str, Any] = {
    "/auth/change-password": {"old_password": PASSWORD, "new_password": OTHER},
    "/me/totp": None,
    "/me/totp/verify": {"code": "123456"},
}


@pytest.mark.parametrize("path", ACTS)
@pytest.mark.parametrize("token", ["none", "nonsense", "own id", "another's", "signed out"])
def test_acts_on_an_account_need_its_own_access_token(path: str, token: str, ada: Somebody) -> None:
    blas = Somebody(ada.aws, ada.school, "blas").known("student")
    ada.sign_in()
    blas.sign_in()
    shown = {
        "none": "",
        "nonsense": "x.y.z",
        "own id": ada.told["id_token"],
        "another's": blas.told["access_token"],
        "signed out": ada.told["access_token"],
    }[token]
    if token == "signed out":
        assert ada.logout(everywhere=True).status_code == 204
    answer = ada.post(path, ACTS[path], **{**ada.signed, "X-Access-Token": shown})
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")
    assert blas.sign_in().status_code == 200


@pytest.mark.parametrize("path", [*ACTS])
def test_acts_on_an_account_need_an_id_token_too(path: str, ada: Somebody) -> None:
    ada.sign_in()
    answer = ada.post(path, ACTS[path], **{"X-Access-Token": ada.told["access_token"]})
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("password", "rules"),
    [
        ("", ["10 characters", "lower-case", "upper-case", "digit"]),
        ("corta", ["10 characters", "upper-case", "digit"]),
        ("sinmayusculas1", ["upper-case"]),
        ("SINMINUSCULAS1", ["lower-case"]),
        ("Sin-Numeros-No", ["digit"]),
        ("Ññññññññññ1", ["lower-case", "upper-case"]),
        ("Aa1" * 86, ["256"]),
        ("Correcto-2026", []),
    ],
)
def test_a_weak_password_is_told_each_rule_it_breaks(password: str, rules: list[str]) -> None:
    told = []
    try:
        passwords.check(password)
    except Invalid as refusal:
        told = [fault.message for fault in refusal.errors]
    assert len(told) == len(rules)
    assert all(rule in message for rule, message in zip(rules, told, strict=True))


@pytest.mark.parametrize("password", ["corta", "sinmayusculas1", "Sin-Numeros-No", PASSWORD])
def test_our_rules_are_those_of_the_pool(password: str, ada: Somebody) -> None:
    def ours() -> bool:
        try:
            passwords.check(password)
        except Invalid:
            return False
        return True

    def the_pools() -> bool:
        try:
            identity.set_password(ada.email, password)
        except Invalid:
            return False
        return True

    assert ours() == the_pools()
