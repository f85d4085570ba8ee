"""Tokens that Cognito refuses and the emulator alone would take, each on the wire."""

import base64
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from luca.localaws.tests.pool import OTHER, PASSWORD, Application
from luca.localaws.tests.wire import Wire, code

REFUSED = "NotAuthorizedException"
UNSIGNED = base64.urlsafe_b64encode(b'{"alg": "none"}').decode()


@pytest.fixture(scope="module")
def app(wire: Wire) -> Application:
    return Application(wire)


def sub(token: str) -> str:
    payload = token.split(".")[1]
    return str(json.loads(base64.urlsafe_b64decode(payload + "==="))["sub"])


def test_a_disabled_user_renews_nothing_and_neither_after_being_enabled(app: Application) -> None:
    name = app.account()
    user = {"UserPoolId": app.pool, "Username": name}
    found = app.tokens(name)
    assert code(lambda: app.renew(found["RefreshToken"])) == "OK"

    app.operator.admin_disable_user(**user)

    refresh, access = found["RefreshToken"], found["AccessToken"]
    assert code(lambda: app.renew(refresh)) == REFUSED
    assert code(lambda: app.renew_by_initiating(refresh, sub(refresh))) == REFUSED
    assert code(lambda: app.call.get_user(AccessToken=access)) == REFUSED
    assert code(lambda: app.sign_in(name)) == REFUSED
    app.operator.admin_enable_user(**user)
    assert code(lambda: app.renew(refresh)) == REFUSED
    assert code(lambda: app.call.get_user(AccessToken=access)) == REFUSED
    assert code(lambda: app.sign_in(name)) == "OK"


def test_a_revoked_token_is_over_in_the_same_second_and_others_are_not(app: Application) -> None:
    name = app.account()
    phone, laptop = app.tokens(name), app.tokens(name)

    app.revoke(phone["RefreshToken"])

    assert code(lambda: app.renew(phone["RefreshToken"])) == REFUSED
    assert code(lambda: app.call.get_user(AccessToken=phone["AccessToken"])) == REFUSED
    assert code(lambda: app.renew(laptop["RefreshToken"])) == "OK"


def test_signing_out_everywhere_ends_all_in_the_same_second(app: Application) -> None:
    name = app.account()
    phone, laptop = app.tokens(name), app.tokens(name)
    renewed = app.renew(laptop["RefreshToken"])["AuthenticationResult"]

    app.call.global_sign_out(AccessToken=phone["AccessToken"])

    for one in (phone, laptop):
        assert code(lambda one=one: app.renew(one["RefreshToken"])) == REFUSED  # type: ignore[misc]
    for token in (phone["AccessToken"], laptop["AccessToken"], renewed["AccessToken"]):
        assert code(lambda token=token: app.call.get_user(AccessToken=token)) == REFUSED  # type: ignore[misc]
    assert code(lambda: app.renew(app.tokens(name)["RefreshToken"])) == "OK"


def test_a_refresh_token_lapses(app: Application) -> None:
    name = app.account()
    units = {"IdToken": "minutes", "AccessToken": "minutes", "RefreshToken": "seconds"}
    with app.with_client(RefreshTokenValidity=1, TokenValidityUnits=units):
        token = app.tokens(name)["RefreshToken"]
    time.sleep(1.1)
    assert code(lambda: app.renew(token)) == REFUSED


def test_an_access_token_lapses(app: Application) -> None:
    name = app.account()
    units = {"IdToken": "minutes", "AccessToken": "seconds", "RefreshToken": "days"}
    with app.with_client(AccessTokenValidity=1, TokenValidityUnits=units):
        token = app.tokens(name)["AccessToken"]
    time.sleep(1.1)
    for call in access_calls(app, token).values():
        assert code(call) == REFUSED


def access_calls(app: Application, token: str) -> dict[str, Any]:
    return {
        "GetUser": lambda: app.call.get_user(AccessToken=token),
        "GlobalSignOut": lambda: app.call.global_sign_out(AccessToken=token),
        "ChangePassword": lambda: app.call.change_password(
            AccessToken=token, PreviousPassword=PASSWORD, ProposedPassword=OTHER
        ),
        "AssociateSoftwareToken": lambda: app.call.associate_software_token(AccessToken=token),
        "VerifySoftwareToken": lambda: app.call.verify_software_token(
            AccessToken=token, UserCode="000000"
        ),
        "SetUserMFAPreference": lambda: app.call.set_user_mfa_preference(
            AccessToken=token, SoftwareTokenMfaSettings={"Enabled": False}
        ),
    }


@pytest.mark.parametrize("kind", ["forged", "id", "refresh", "none", "nothing"])
def test_nothing_else_passes_for_an_access_token(app: Application, kind: str) -> None:
    found = app.tokens(app.account())
    head, claims, signature = found["AccessToken"].split(".")
    other = app.tokens(app.account())["AccessToken"].split(".")[1]
    token = {
        "forged": f"{head}.{other}.{signature}",
        "id": found["IdToken"],
        "refresh": found["RefreshToken"],
        "none": f"{UNSIGNED}.{claims}.",
        "nothing": "",
    }[kind]
    answers = {name: code(call) for name, call in access_calls(app, token).items()}
    assert answers == dict.fromkeys(answers, REFUSED)


def test_a_forged_refresh_token_renews_and_revokes_nothing(app: Application) -> None:
    mine, theirs = app.tokens(app.account()), app.tokens(app.account())
    head, _, signature = mine["RefreshToken"].split(".")
    forged = f"{head}.{theirs['RefreshToken'].split('.')[1]}.{signature}"

    assert code(lambda: app.renew(forged)) == REFUSED
    assert code(lambda: app.revoke(forged)) == "UnsupportedTokenTypeException"
    assert code(lambda: app.revoke(mine["AccessToken"])) == "UnsupportedTokenTypeException"
    assert code(lambda: app.renew(mine["AccessToken"])) == REFUSED
    assert code(lambda: app.renew(theirs["RefreshToken"])) == "OK"


def test_nobody_signs_in_around_the_application(app: Application) -> None:
    name = app.account()
    token = app.tokens(name)["RefreshToken"]
    client = {"ClientId": app.client}
    given = {"USERNAME": name, "PASSWORD": PASSWORD}
    calls: dict[str, Any] = {
        "password": lambda: app.call.initiate_auth(
            **client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=given
        ),
        "another's proof": lambda: app.call.initiate_auth(
            **client,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={**given, "SECRET_HASH": app.proof("somebody else")},
        ),
        "renewal": lambda: app.call.get_tokens_from_refresh_token(**client, RefreshToken=token),
        "wrong secret": lambda: app.call.get_tokens_from_refresh_token(
            **client, RefreshToken=token, ClientSecret="x"
        ),
        "renewal, the other way": lambda: app.call.initiate_auth(
            **client,
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={"REFRESH_TOKEN": token},
        ),
        "forgotten": lambda: app.call.forgot_password(**client, Username=name),
        "revocation": lambda: app.call.revoke_token(**client, Token=token),
    }
    answers = {what: code(call) for what, call in calls.items()}
    assert answers == dict.fromkeys(answers, REFUSED)
    assert not app.mail(name)


@pytest.mark.parametrize("flow", ["USER_SRP_AUTH", "CUSTOM_AUTH", "USER_AUTH", "ADMIN_NO_SRP_AUTH"])
def test_flows_that_the_application_does_not_use_are_closed(app: Application, flow: str) -> None:
    name = app.account()
    with pytest.raises(ClientError, match="not enabled"):
        app.call.initiate_auth(
            ClientId=app.client,
            AuthFlow=flow,
            AuthParameters={
                "USERNAME": name,
                "SRP_A": "1",
                "PASSWORD": PASSWORD,
                "SECRET_HASH": app.proof(name),
            },
        )


@pytest.fixture
def program(app: Application) -> Iterator[Application]:
    """A client of the pool that a program asks tokens with; it signs nobody in."""
    made = app.owner.create_user_pool_client(
        UserPoolId=app.pool, ClientName="a program", GenerateSecret=True
    )["UserPoolClient"]
    theirs = Application(app.wire)
    theirs.client, theirs.secret = made["ClientId"], made["ClientSecret"]
    yield theirs
    app.owner.delete_user_pool_client(UserPoolId=app.pool, ClientId=made["ClientId"])


def test_a_programs_client_signs_nobody_in_and_holds_no_token_of_ours(
    app: Application, program: Application
) -> None:
    name = app.account()
    token = app.tokens(name)["RefreshToken"]

    assert code(lambda: program.sign_in(name)) == "InvalidParameterException"
    assert code(lambda: program.renew(token)) == REFUSED
    assert code(lambda: program.revoke(token)) == "UnauthorizedException"
    assert code(lambda: app.renew(token)) == "OK"
