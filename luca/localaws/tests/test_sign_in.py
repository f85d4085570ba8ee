"""Cognito on the wire: what anybody may call, what nobody may, and what needs a role."""

import urllib.request
from collections.abc import Callable
from typing import Any

import botocore.session
import jwt
import pytest
import urllib3

from luca.localaws.calls import cognito
from luca.localaws.cognito import SELF_SERVICE
from luca.localaws.tests.pool import PASSWORD, Application
from luca.localaws.tests.wire import Wire, code


@pytest.fixture(scope="module")
def app(wire: Wire) -> Application:
    return Application(wire)


@pytest.fixture(scope="module")
def anybody(app: Application) -> Any:
    return app.call


@pytest.fixture(scope="module")
def pool(wire: Wire) -> dict[str, str]:
    found = wire.aws.environment("api")
    return {
        "UserPoolId": found["LUCA_COGNITO_POOL_ID"],
        "ClientId": found["LUCA_COGNITO_CLIENT_ID"],
        "keys": found["LUCA_COGNITO_JWKS_URL"],
        "issuer": found["LUCA_COGNITO_ISSUER"],
    }


@pytest.fixture(scope="module")
def maria(wire: Wire, pool: dict[str, str]) -> str:
    """A teacher of school 1, made by the operator."""
    operator = wire.client("cognito-idp", wire.role("platform"))
    user = {"UserPoolId": pool["UserPoolId"], "Username": "maria@example.org"}
    operator.admin_create_user(
        **user,
        MessageAction="SUPPRESS",
        UserAttributes=[
            {"Name": "email", "Value": "maria@example.org"},
            {"Name": "custom:school_id", "Value": "1"},
            {"Name": "custom:person_id", "Value": "t1"},
        ],
    )
    operator.admin_set_user_password(**user, Password=PASSWORD, Permanent=True)
    operator.admin_add_user_to_group(**user, GroupName="teacher")
    return user["Username"]


def test_a_token_names_school_person_and_groups(
    app: Application, pool: dict[str, str], maria: str
) -> None:
    token = app.tokens(maria)["IdToken"]
    key = jwt.PyJWKClient(pool["keys"]).get_signing_key_from_jwt(token)
    claims = jwt.decode(
        token, key, algorithms=["RS256"], audience=pool["ClientId"], issuer=pool["issuer"]
    )
    assert claims["custom:school_id"] == "1"
    assert claims["custom:person_id"] == "t1"
    assert claims["cognito:groups"] == ["teacher"]
    assert claims["token_use"] == "id"


def test_a_wrong_password(app: Application, maria: str) -> None:
    outcome = code(lambda: app.tokens(maria, "Otra-Clave-Larga-1"))
    assert outcome == "NotAuthorizedException"


def test_the_refresh_token_is_good_for_more_tokens(app: Application, maria: str) -> None:
    token = app.tokens(maria)["RefreshToken"]
    assert app.renew(token)["AuthenticationResult"]["IdToken"]


def test_nobody_signs_up_or_changes_school(
    app: Application, anybody: Any, pool: dict[str, str], maria: str
) -> None:
    token = app.tokens(maria)["AccessToken"]
    school_2 = [{"Name": "custom:school_id", "Value": "2"}]
    client = pool["ClientId"]
    closed: list[Callable[[], object]] = [
        lambda: anybody.sign_up(ClientId=client, Username="eve@example.org", Password=PASSWORD),
        lambda: anybody.update_user_attributes(AccessToken=token, UserAttributes=school_2),
        lambda: anybody.delete_user_attributes(
            AccessToken=token, UserAttributeNames=["custom:school_id"]
        ),
    ]
    assert [code(call) for call in closed] == ["NotAuthorizedException"] * 3


ADMIN: dict[str, Callable[[Any, dict[str, str]], object]] = {
    "AdminGetUser": lambda c, u: c.admin_get_user(**u),
    "AdminListGroupsForUser": lambda c, u: c.admin_list_groups_for_user(**u),
    "AdminCreateUser": lambda c, u: c.admin_create_user(**{**u, "Username": "b@example.org"}),
    "AdminSetUserPassword": lambda c, u: c.admin_set_user_password(**u, Password=PASSWORD),
    "AdminAddUserToGroup": lambda c, u: c.admin_add_user_to_group(**u, GroupName="teacher"),
    "AdminDisableUser": lambda c, u: c.admin_disable_user(**u),
    "AdminUpdateUserAttributes": lambda c, u: c.admin_update_user_attributes(
        **u, UserAttributes=[{"Name": "name", "Value": "Ana"}]
    ),
    "AdminUpdateUserAttributes of the school": lambda c, u: c.admin_update_user_attributes(
        **u, UserAttributes=[{"Name": "custom:school_id", "Value": "2"}]
    ),
    "AdminSetUserMFAPreference": lambda c, u: c.admin_set_user_mfa_preference(
        **u, SoftwareTokenMfaSettings={"Enabled": False}
    ),
    "ListUsers": lambda c, u: c.list_users(UserPoolId=u["UserPoolId"]),
    "DeleteUserPool": lambda c, u: c.delete_user_pool(UserPoolId=u["UserPoolId"]),
}

WORKER = set(ADMIN) - {
    "AdminSetUserPassword",
    "AdminUpdateUserAttributes of the school",
    "ListUsers",
    "DeleteUserPool",
}


@pytest.mark.parametrize(
    ("role", "allowed"),
    [("api", set()), ("worker", WORKER), ("consumer", set())],
)
def test_only_the_worker_administers_users_and_knows_no_password(
    role: str, allowed: set[str], wire: Wire, pool: dict[str, str], maria: str
) -> None:
    client = wire.client("cognito-idp", wire.role(role))
    user = {"UserPoolId": pool["UserPoolId"], "Username": maria}
    answers = {name: code(lambda call=call: call(client, user)) for name, call in ADMIN.items()}  # type: ignore[misc]
    assert {name for name, answer in answers.items() if answer == "OK"} == allowed
    assert set(answers.values()) <= {"OK", "AccessDeniedException"}


def test_not_even_the_operator_moves_a_person_to_another_school(
    wire: Wire, pool: dict[str, str], maria: str
) -> None:
    client = wire.client("cognito-idp", wire.role("platform"))
    user = {"UserPoolId": pool["UserPoolId"], "Username": maria}
    for name in ("AdminUpdateUserAttributes", "ListUsers", "DeleteUserPool"):
        assert code(lambda name=name: ADMIN[name](client, user)) == "AccessDeniedException"  # type: ignore[misc]
    assert code(lambda: ADMIN["AdminGetUser"](client, user)) == "OK"


MODEL = botocore.session.get_session().get_service_model("cognito-idp")


@pytest.mark.parametrize("operation", sorted(MODEL.operation_names))
def test_without_a_signature_nothing_passes_but_what_the_application_calls(
    wire: Wire, operation: str
) -> None:
    """Every call that the SDK knows; what passes is refused by the pool for its own reasons."""
    target = {"X-Amz-Target": f"AWSCognitoIdentityProviderService.{operation}"}
    answer = urllib3.request("POST", wire.endpoint + "/", headers=target, body=b"{}", retries=False)
    said = answer.json()["__type"].rpartition("#")[2]
    shut = {"MissingAuthenticationTokenException"}
    if operation in cognito.CLOSED:
        shut = {"NotAuthorizedException"}
    assert answer.status == 400
    assert (said in shut) == (operation not in SELF_SERVICE)


FORM = {"Content-Type": "application/x-www-form-urlencoded"}
GRANT = "grant_type=client_credentials"


@pytest.mark.parametrize(
    ("method", "path", "headers", "body"),
    [
        ("POST", "/oauth2/token", {"X-Amz-Target": "DynamoDB_20120810.Scan"}, GRANT),
        ("POST", "/oauth2/token", {"X-Amz-Target": "AmazonSQS.ReceiveMessage"}, f'{{"&{GRANT}&"}}'),
        ("POST", "/oauth2/token", {"X-Amz-Security-Token": "x"}, GRANT),
        (
            "POST",
            "/oauth2/token",
            {"Authorization": "Basic Credential=A/20260101/us-east-1/dynamodb/aws4_request"},
            GRANT,
        ),
        ("POST", "/oauth2/token", {"Authorization": "Bearer x"}, GRANT),
        ("POST", "/oauth2/token", {"Content-Type": "application/json"}, GRANT),
        ("POST", "/oauth2/token", {}, f"{GRANT}&grant_type=authorization_code"),
        ("POST", "/oauth2/token", {}, "grant_type=authorization_code&code=x"),
        ("POST", "/oauth2/token", {}, "grant_type=refresh_token&refresh_token=x"),
        ("POST", "/oauth2/token", {}, "grant_type=password"),
        ("POST", "/oauth2/token?Action=ListQueues", {}, GRANT),
        ("PUT", "/oauth2/token", {}, GRANT),
        ("POST", "/oauth2/token/", {}, GRANT),
        ("POST", "//oauth2/token", {}, GRANT),
        ("POST", "/oauth2/login", {}, GRANT),
        ("POST", "/login", {}, GRANT),
        ("GET", "/login", {}, ""),
        ("GET", "/signup", {}, ""),
        ("GET", "/oauth2/authorize", {}, ""),
        ("GET", "/oauth2/userInfo", {}, ""),
    ],
)
def test_the_door_for_programs_leads_nowhere_else(
    wire: Wire, method: str, path: str, headers: dict[str, str], body: str
) -> None:
    answer = urllib3.request(
        method, wire.endpoint + path, headers={**FORM, **headers}, body=body, retries=False
    )

    assert answer.status in {400, 403}
    assert b"invalid_" not in answer.data, "the pool's own answer: it came through"
    assert b"Missing" in answer.data or b"missing" in answer.data or b"denied" in answer.data


def test_the_door_for_programs_is_open_to_them(wire: Wire) -> None:
    shown = [{}, {"Authorization": "Basic Og=="}]
    answers = [
        urllib3.request(
            "POST", wire.endpoint + "/oauth2/token", headers={**FORM, **more}, body=GRANT
        )
        for more in shown
    ]

    assert [one.json()["error"] for one in answers] == ["invalid_client"] * 2


def test_administration_needs_a_signature(anybody: Any, pool: dict[str, str], maria: str) -> None:
    user = {"UserPoolId": pool["UserPoolId"], "Username": maria}
    for name, call in ADMIN.items():
        answer = code(lambda call=call: call(anybody, user))  # type: ignore[misc]
        assert answer == "MissingAuthenticationTokenException", name


def test_the_signing_keys_are_public(pool: dict[str, str]) -> None:
    with urllib.request.urlopen(pool["keys"]) as response:
        assert response.status == 200
