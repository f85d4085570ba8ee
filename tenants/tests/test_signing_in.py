import json
import secrets
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from django.test import Client

from luca.api import keys, tokens
from luca.api.keys import Keys
from luca.aws import clients, identity
from luca.kernel.errors import Unavailable

PASSWORD = "Correcto-2026-x"


@dataclass(frozen=True, slots=True)
class Account:
    email: str
    school: str


@pytest.fixture
def teresa(school: str) -> Account:
    """A teacher who can sign in."""
    email = f"teresa-{secrets.token_hex(4)}@norte.example"
    identity.create(email, identity.Login(school, "teresa"))
    identity.set_password(email, PASSWORD)
    identity.set_groups(email, {"teacher"})
    return Account(email, school)


@pytest.fixture
def client(aws: object) -> Client:  # noqa: ARG001 -- it must run
    return Client(raise_request_exception=False, SERVER_NAME="127.0.0.1")


def post(client: Client, path: str, body: Any) -> Any:
    return client.post(path, json.dumps(body), content_type="application/json")


def test_a_teacher_signs_in_asks_who_they_are_and_stays_signed_in(
    client: Client, teresa: Account
) -> None:
    found = post(client, "/auth/login", {"email": teresa.email, "password": PASSWORD})

    assert found.status_code == 200
    who = {"person": "teresa", "school": teresa.school, "groups": ["teacher"]}
    told = found.json()
    assert told == {**told, **who}
    assert set(told) == {*who, "id_token", "access_token", "refresh_token", "expires_in"}
    assert told["expires_in"] == 300

    renewed = post(client, "/auth/refresh", {"refresh_token": told["refresh_token"]})
    assert renewed.status_code == 200
    assert renewed.json() == {**renewed.json(), **who}
    assert renewed.json()["refresh_token"]
    for token in (told["id_token"], renewed.json()["id_token"]):
        me = client.get("/me", headers={"Authorization": f"Bearer {token}"})
        assert (me.status_code, me.json()) == (200, who)


def test_signing_in_needs_no_more_than_the_role_of_the_api(
    client: Client, teresa: Account, acting_as: Any
) -> None:
    with acting_as("api"):
        email = f" {teresa.email.capitalize()} "
        told = post(client, "/auth/login", {"email": email, "password": PASSWORD}).json()
        headers = {"Authorization": f"Bearer {told['id_token']}"}
        assert client.get("/me", headers=headers).status_code == 200
        again = post(client, "/auth/refresh", {"refresh_token": told["refresh_token"]})
        assert again.status_code == 200


def test_a_wrong_password_and_an_unknown_address_answer_alike(
    client: Client, teresa: Account
) -> None:
    wrong = post(client, "/auth/login", {"email": teresa.email, "password": "Incorrecto-1"})
    unknown = post(client, "/auth/login", {"email": f"x{teresa.email}", "password": "Incorrecto-1"})

    assert (wrong.status_code, wrong.json()["code"]) == (401, "sign_in")
    assert wrong.content == unknown.content
    assert dict(wrong.headers) | {"X-Correlation-ID": ""} == dict(unknown.headers) | {
        "X-Correlation-ID": ""
    }


@pytest.mark.parametrize(
    ("body", "faulty"),
    [
        ({}, ["email", "password"]),
        ({"email": "", "password": "x"}, ["email"]),
        ({"email": "a@b.mx"}, ["password"]),
        ({"email": "a@b.mx", "password": ["x"]}, ["password"]),
        ({"email": "a@b.mx", "password": "x" * 257}, ["password"]),
        ({"email": "a\x00@b.mx", "password": "x"}, ["email"]),
        ([], [""]),
    ],
)
def test_a_login_needs_an_address_and_a_password(
    client: Client, body: Any, faulty: list[str]
) -> None:
    answer = post(client, "/auth/login", body)

    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == faulty


def test_spaces_belong_to_a_password(client: Client, teresa: Account) -> None:
    identity.set_password(teresa.email, f" {PASSWORD} ")

    kept = post(client, "/auth/login", {"email": teresa.email, "password": f" {PASSWORD} "})
    trimmed = post(client, "/auth/login", {"email": teresa.email, "password": PASSWORD})

    assert (kept.status_code, trimmed.status_code) == (200, 401)


@pytest.mark.parametrize("token", ["nonsense", "a.b.c.d.e", "x" * 8000])
def test_a_refresh_token_that_is_none_is_refused(client: Client, token: str) -> None:
    answer = post(client, "/auth/refresh", {"refresh_token": token})

    assert answer.status_code == 401
    assert "sign in again" in answer.json()["detail"]


def test_an_id_token_does_not_refresh_and_a_refresh_token_does_not_open(
    client: Client, teresa: Account
) -> None:
    told = post(client, "/auth/login", {"email": teresa.email, "password": PASSWORD}).json()

    assert post(client, "/auth/refresh", {"refresh_token": told["id_token"]}).status_code == 401
    headers = {"Authorization": f"Bearer {told['refresh_token']}"}
    assert client.get("/me", headers=headers).status_code == 401


def test_an_access_token_does_not_open(client: Client, teresa: Account) -> None:
    told = post(client, "/auth/login", {"email": teresa.email, "password": PASSWORD}).json()
    headers = {"Authorization": f"Bearer {told['access_token']}"}
    assert client.get("/me", headers=headers).status_code == 401


def test_an_account_without_a_school_cannot_enter(client: Client, settings: Any) -> None:
    email = f"lost-{secrets.token_hex(4)}@norte.example"
    clients.cognito().admin_create_user(
        UserPoolId=settings.COGNITO_POOL_ID, Username=email, MessageAction="SUPPRESS"
    )
    identity.set_password(email, PASSWORD)

    answer = post(client, "/auth/login", {"email": email, "password": PASSWORD})

    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in")


class Broken:
    """A pool that answers every sign-in with one error."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def initiate_auth(self, **_: Any) -> Any:
        raise self.error


def refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "ada@norte.example"}}, "InitiateAuth")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (refusal("NotAuthorizedException"), 401),
        (refusal("UserNotFoundException"), 401),
        (refusal("UserNotConfirmedException"), 401),
        (refusal("PasswordResetRequiredException"), 401),
        (refusal("TooManyRequestsException"), 429),
        (refusal("InternalErrorException"), 503),
        (EndpointConnectionError(endpoint_url="http://pool"), 503),
    ],
)
def test_whatever_the_pool_says_becomes_an_answer_of_ours(
    client: Client, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    monkeypatch.setattr(clients, "cognito_public", lambda: Broken(error))

    answer = post(client, "/auth/login", {"email": "ada@norte.example", "password": "x"})

    assert answer.status_code == status
    assert "norte.example" not in answer.content.decode()


def test_a_pool_that_is_away_answers_503_and_not_401(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_url: str) -> bytes:
        raise ValueError("away")

    verifier = tokens.Verifier(issuer="i", audience="a", keys=Keys("u", fetch=away))
    monkeypatch.setattr(tokens, "_verifier", lambda *_: verifier)
    token = "eyJhbGciOiJSUzI1NiIsImtpZCI6IngifQ.e30.AAAA"

    answer = client.get("/me", headers={"Authorization": f"Bearer {token}"})

    assert (answer.status_code, answer["Retry-After"]) == (503, "1")


@pytest.mark.usefixtures("aws")
def test_a_key_set_is_fetched_from_a_pool_that_answers_and_from_no_other(settings: Any) -> None:
    assert b'"keys"' in keys.fetch(settings.COGNITO_JWKS_URL)
    with pytest.raises(ValueError, match="answered"):
        keys.fetch(settings.COGNITO_JWKS_URL + "x")
    with pytest.raises(Unavailable):
        Keys("http://127.0.0.1:9/keys").get("x")
