"""What Cognito in AWS says and the embedded one cannot: recorded answers, in AWS's own shapes.

botocore's Stubber checks every call and every answer against the service's model, so a parameter
that AWS does not know, or an answer that it could not give, fails here.
"""

import base64
import hmac
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.stub import Stubber

from luca.aws import clients, identity
from luca.aws.identity import Challenge, Step, passwords
from luca.kernel.errors import Forbidden, Invalid, LucaError, TooMany, Unauthenticated, Unavailable

POOL_CLIENT, SECRET = "3n4b5urk1ft4fl3mg5e62d9ado", "0exampleclientsecret0123456789abcdefghijklmnop"
SUB = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
SESSION = "AYABeC1-y8qooiuysEv0uM4wAqQAHQABAAdTZXJ2aWNl"
ADA = "ada@norte.example"
RESULT = {
    "AccessToken": "eyJra456defEXAMPLE",
    "ExpiresIn": 300,
    "TokenType": "Bearer",
    "RefreshToken": "eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIn0.EXAMPLE",  # encrypted, in AWS
    "IdToken": "eyJra789ghiEXAMPLE",
}


@pytest.fixture
def aws_says(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Stubber]:
    settings.COGNITO_CLIENT_ID, settings.COGNITO_CLIENT_SECRET = POOL_CLIENT, SECRET
    config = Config(signature_version=UNSIGNED)
    client = boto3.client("cognito-idp", region_name="us-east-1", config=config)
    monkeypatch.setattr(clients, "cognito_public", lambda: client)
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def proof(name: str) -> str:
    digest = hmac.digest(SECRET.encode(), (name + POOL_CLIENT).encode(), "sha256")
    return base64.b64encode(digest).decode()


def initiated(name: str, password: str) -> dict[str, Any]:
    return {
        "ClientId": POOL_CLIENT,
        "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": name, "PASSWORD": password, "SECRET_HASH": proof(name)},
    }


def test_aws_names_the_user_by_sub_and_every_later_step_must(aws_says: Stubber) -> None:
    """The emulator gives the address back; AWS the pool's own name, and binds the proof to it."""
    aws_says.add_response(
        "initiate_auth",
        {
            "ChallengeName": "NEW_PASSWORD_REQUIRED",
            "Session": SESSION,
            "ChallengeParameters": {
                "USER_ID_FOR_SRP": SUB,
                "requiredAttributes": "[]",
                "userAttributes": f'{{"email_verified":"true","email":"{ADA}"}}',
            },
        },
        initiated(ADA, "Temporal-2026"),
    )
    aws_says.add_response(
        "respond_to_auth_challenge",
        {
            "ChallengeName": "SOFTWARE_TOKEN_MFA",
            "Session": SESSION + "2",
            "ChallengeParameters": {"USER_ID_FOR_SRP": SUB, "FRIENDLY_DEVICE_NAME": "phone"},
        },
        {
            "ClientId": POOL_CLIENT,
            "ChallengeName": "NEW_PASSWORD_REQUIRED",
            "Session": SESSION,
            "ChallengeResponses": {
                "USERNAME": SUB,
                "NEW_PASSWORD": "Correcto-2026",
                "SECRET_HASH": proof(SUB),
            },
        },
    )
    aws_says.add_response(
        "respond_to_auth_challenge",
        {"AuthenticationResult": RESULT, "ChallengeParameters": {}},
        {
            "ClientId": POOL_CLIENT,
            "ChallengeName": "SOFTWARE_TOKEN_MFA",
            "Session": SESSION + "2",
            "ChallengeResponses": {
                "USERNAME": SUB,
                "SOFTWARE_TOKEN_MFA_CODE": "123456",
                "SECRET_HASH": proof(SUB),
            },
        },
    )

    first = identity.sign_in(ADA, "Temporal-2026")
    assert first == Challenge(Step.NEW_PASSWORD, SESSION, SUB)
    assert isinstance(first, Challenge)
    second = identity.respond(first, "Correcto-2026")
    assert second == Challenge(Step.TOTP, SESSION + "2", SUB)
    assert isinstance(second, Challenge)
    done = identity.respond(second, "123456")
    assert isinstance(done, identity.Tokens)
    assert (done.expires_in, done.refresh_token) == (300, RESULT["RefreshToken"])


@pytest.mark.parametrize(
    "challenge",
    ["SMS_MFA", "EMAIL_OTP", "SELECT_MFA_TYPE", "MFA_SETUP", "CUSTOM_CHALLENGE", "WEB_AUTHN"],
)
def test_a_step_that_luca_does_not_know_gives_no_tokens(challenge: str, aws_says: Stubber) -> None:
    answer = {"ChallengeName": challenge, "Session": SESSION, "ChallengeParameters": {}}
    aws_says.add_response("initiate_auth", answer, initiated(ADA, "x"))
    with pytest.raises(Forbidden):
        identity.sign_in(ADA, "x")


def test_renewing_shows_the_secret_and_keeps_the_old_refresh_token(aws_says: Stubber) -> None:
    result = {name: value for name, value in RESULT.items() if name != "RefreshToken"}
    aws_says.add_response(
        "get_tokens_from_refresh_token",
        {"AuthenticationResult": result},
        {"ClientId": POOL_CLIENT, "ClientSecret": SECRET, "RefreshToken": "old"},
    )
    assert identity.refresh("old").refresh_token == ""


def test_renewing_with_rotation_hands_the_new_refresh_token_on(aws_says: Stubber) -> None:
    aws_says.add_response("get_tokens_from_refresh_token", {"AuthenticationResult": RESULT})
    assert identity.refresh("old").refresh_token == RESULT["RefreshToken"]


def test_revoking_shows_the_secret(aws_says: Stubber) -> None:
    given = {"ClientId": POOL_CLIENT, "ClientSecret": SECRET, "Token": "old"}
    aws_says.add_response("revoke_token", {}, given)
    identity.sign_out("old")


SIGN_IN: list[tuple[str, str, type[LucaError], str]] = [
    ("NotAuthorizedException", "Incorrect username or password.", Unauthenticated, "sign_in"),
    ("NotAuthorizedException", "Password attempts exceeded", Unauthenticated, "sign_in"),
    ("NotAuthorizedException", "User is disabled.", Unauthenticated, "sign_in"),
    ("UserNotFoundException", "User does not exist.", Unauthenticated, "sign_in"),
    ("UserNotConfirmedException", "User is not confirmed.", Unauthenticated, "sign_in"),
    ("PasswordResetRequiredException", "Password reset required", Unauthenticated, "sign_in"),
    ("TooManyRequestsException", "Rate exceeded", TooMany, "too_many_requests"),
    ("InternalErrorException", "Something went wrong.", Unavailable, "unavailable"),
    ("ForbiddenException", "Request not allowed due to WAF block.", Unavailable, "unavailable"),
]


@pytest.mark.parametrize(("code", "message", "ours", "said"), SIGN_IN)
def test_what_aws_refuses_when_somebody_signs_in(
    aws_says: Stubber, code: str, message: str, ours: type[LucaError], said: str
) -> None:
    aws_says.add_client_error("initiate_auth", code, message)
    with pytest.raises(ours) as refusal:
        identity.sign_in(ADA, "x")
    assert refusal.value.code == said
    assert message not in str(refusal.value)


STEP: list[tuple[str, type[LucaError], str]] = [
    ("CodeMismatchException", Unauthenticated, "wrong_code"),
    ("ExpiredCodeException", Unauthenticated, "wrong_code"),  # of an app: used once already
    ("NotAuthorizedException", Unauthenticated, "challenge_over"),
    ("InvalidPasswordException", Invalid, "weak_password"),
    ("TooManyRequestsException", TooMany, "too_many_requests"),
]


@pytest.mark.parametrize(("code", "ours", "said"), STEP)
def test_what_aws_refuses_at_a_later_step(
    aws_says: Stubber, code: str, ours: type[LucaError], said: str
) -> None:
    aws_says.add_client_error("respond_to_auth_challenge", code)
    with pytest.raises(ours) as refusal:
        identity.respond(Challenge(Step.TOTP, SESSION, SUB), "123456")
    assert refusal.value.code == said


@pytest.mark.parametrize(
    "code",
    [
        "UserNotFoundException",
        "NotAuthorizedException",
        "InvalidParameterException",
        "LimitExceededException",
        "CodeDeliveryFailureException",
    ],
)
def test_whatever_keeps_a_code_from_being_sent_nobody_learns(aws_says: Stubber, code: str) -> None:
    aws_says.add_client_error("forgot_password", code)
    passwords.forgot(ADA)


@pytest.mark.parametrize(
    "code",
    [
        "CodeMismatchException",
        "ExpiredCodeException",
        "UserNotFoundException",
        "NotAuthorizedException",
        "LimitExceededException",
        "TooManyFailedAttemptsException",
    ],
)
def test_whatever_is_wrong_with_a_code_is_told_alike(aws_says: Stubber, code: str) -> None:
    aws_says.add_client_error("confirm_forgot_password", code)
    with pytest.raises(Invalid) as refusal:
        passwords.reset(ADA, "123456", "Correcto-2026")
    assert (refusal.value.code, refusal.value.errors) == ("wrong_code", ())


@pytest.mark.parametrize("call", ["forgot", "reset"])
def test_a_pool_that_is_busy_says_nothing_about_anybody_and_is_told(
    aws_says: Stubber, call: str
) -> None:
    operation = {"forgot": "forgot_password", "reset": "confirm_forgot_password"}[call]
    aws_says.add_client_error(operation, "TooManyRequestsException")
    with pytest.raises(TooMany):
        if call == "forgot":
            passwords.forgot(ADA)
        else:
            passwords.reset(ADA, "123456", "Correcto-2026")
