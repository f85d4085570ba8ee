"""The pool that Terraform makes is the one that the embedded AWS is given, setting by setting."""

from __future__ import annotations

import json
from typing import Any

import pytest

from luca.localaws import user_pool
from tests.deploy.planned import PREFIX, of_kind, planned
from tests.deploy.terraform import DEPLOY, Terraform

pytestmark = pytest.mark.deploy
IDENTITY = json.loads((DEPLOY / "identity.json").read_text(encoding="utf-8"))
MAIN = """
module "identity" {
  source        = "../modules/identity"
  identity      = module.documents.identity
  domain_prefix = "colegios-dev"
}
"""


class Recorder:
    """Cognito that has nothing yet, and keeps what it is told."""

    def __init__(self) -> None:
        self.told: dict[str, list[dict[str, Any]]] = {}

    def __getattr__(self, operation: str) -> Any:
        def call(**given: Any) -> dict[str, Any]:
            self.told.setdefault(operation, []).append(given)
            return {
                "UserPools": [],
                "Groups": [],
                "ResourceServers": [],
                "UserPoolClients": [],
                "UserPool": {"Id": "pool"},
                "UserPoolClient": {"ClientId": "client", "ClientSecret": "secret"},
            }

        return call


@pytest.fixture(scope="module")
def told() -> dict[str, list[dict[str, Any]]]:
    """What the embedded AWS tells Cognito."""
    recorder = Recorder()
    user_pool.provision(recorder, IDENTITY)  # type: ignore[arg-type]  # it is asked what it knows
    return recorder.told


@pytest.fixture(scope="module")
def made(terraform: Terraform) -> dict[str, dict[str, Any]]:
    return planned(terraform, "identity", MAIN)


def only(some: list[dict[str, Any]]) -> dict[str, Any]:
    (one,) = some
    return one


def test_the_pool_is_the_same(made: dict[str, Any], told: dict[str, Any]) -> None:
    pool = only(of_kind(made, "aws_cognito_user_pool"))
    created, settings = only(told["create_user_pool"]), only(told["update_user_pool"])

    assert pool["name"] == PREFIX + created["PoolName"]
    assert pool["username_attributes"] == created["UsernameAttributes"]
    password = only(pool["password_policy"])
    expected = settings["Policies"]["PasswordPolicy"]
    assert {
        "MinimumLength": password["minimum_length"],
        "RequireLowercase": password["require_lowercase"],
        "RequireUppercase": password["require_uppercase"],
        "RequireNumbers": password["require_numbers"],
        "RequireSymbols": password["require_symbols"],
        "TemporaryPasswordValidityDays": password["temporary_password_validity_days"],
    } == expected
    assert not pool["auto_verified_attributes"]


def test_the_mails_are_the_same(made: dict[str, Any], told: dict[str, Any]) -> None:
    pool, settings = (
        only(of_kind(made, "aws_cognito_user_pool")),
        only(told["update_user_pool"]),
    )
    admin = only(pool["admin_create_user_config"])
    invitation = only(admin["invite_message_template"])
    expected = settings["AdminCreateUserConfig"]
    assert admin["allow_admin_create_user_only"] is expected["AllowAdminCreateUserOnly"] is True
    assert {
        "EmailSubject": invitation["email_subject"],
        "EmailMessage": invitation["email_message"],
    } == expected["InviteMessageTemplate"]
    code = only(pool["verification_message_template"])
    assert {
        "DefaultEmailOption": code["default_email_option"],
        "EmailSubject": code["email_subject"],
        "EmailMessage": code["email_message"],
    } == settings["VerificationMessageTemplate"]


def test_everybody_may_have_an_app_as_embedded(made: dict[str, Any], told: dict[str, Any]) -> None:
    """That staff must is the API's doing: Cognito has no demand per group."""
    pool, mfa = (
        only(of_kind(made, "aws_cognito_user_pool")),
        only(told["set_user_pool_mfa_config"]),
    )
    assert pool["mfa_configuration"] == mfa["MfaConfiguration"]
    app = only(pool["software_token_mfa_configuration"])["enabled"]
    assert app is mfa["SoftwareTokenMfaConfiguration"]["Enabled"] is True
    assert not pool.get("sms_configuration")


def test_school_and_person_never_change(made: dict[str, Any], told: dict[str, Any]) -> None:
    pool = only(of_kind(made, "aws_cognito_user_pool"))
    found = {
        one["name"]: (
            one["attribute_data_type"],
            one["mutable"],
            {name: str(value) for name, value in only(one["string_attribute_constraints"]).items()},
        )
        for one in pool["schema"]
    }
    assert found == {
        one["Name"]: (
            one["AttributeDataType"],
            one["Mutable"],
            {
                "min_length": one["StringAttributeConstraints"]["MinLength"],
                "max_length": one["StringAttributeConstraints"]["MaxLength"],
            },
        )
        for one in only(told["create_user_pool"])["Schema"]
    }
    assert {name: found[name][1] for name in found} == {"school_id": False, "person_id": False}


def test_groups_and_scopes_are_the_same(made: dict[str, Any], told: dict[str, Any]) -> None:
    groups = {one["name"] for one in of_kind(made, "aws_cognito_user_group")}
    assert groups == {one["GroupName"] for one in told["create_group"]}
    server, expected = (
        only(of_kind(made, "aws_cognito_resource_server")),
        only(told["create_resource_server"]),
    )
    assert (server["identifier"], server["name"]) == (expected["Identifier"], expected["Name"])
    scopes = {one["scope_name"]: one["scope_description"] for one in server["scope"]}
    assert scopes == {one["ScopeName"]: one["ScopeDescription"] for one in expected["Scopes"]}


NAMES = {  # Cognito's word: Terraform's
    "ClientName": "name",
    "GenerateSecret": "generate_secret",
    "ExplicitAuthFlows": "explicit_auth_flows",
    "ReadAttributes": "read_attributes",
    "WriteAttributes": "write_attributes",
    "IdTokenValidity": "id_token_validity",
    "AccessTokenValidity": "access_token_validity",
    "RefreshTokenValidity": "refresh_token_validity",
    "AuthSessionValidity": "auth_session_validity",
    "EnableTokenRevocation": "enable_token_revocation",
    "PreventUserExistenceErrors": "prevent_user_existence_errors",
}


def test_the_client_is_the_same(made: dict[str, Any], told: dict[str, Any]) -> None:
    client, created = (
        only(of_kind(made, "aws_cognito_user_pool_client")),
        only(told["create_user_pool_client"]),
    )
    client["name"] = client["name"].removeprefix(PREFIX)
    units = only(client["token_validity_units"])
    assert {
        "IdToken": units["id_token"],
        "AccessToken": units["access_token"],
        "RefreshToken": units["refresh_token"],
    } == created["TokenValidityUnits"]
    assert {word: plain(client[name]) for word, name in NAMES.items()} == {
        word: plain(created[word]) for word in NAMES
    }
    assert set(created) - set(NAMES) == {"UserPoolId", "TokenValidityUnits"}


def plain(value: Any) -> Any:
    """Terraform sorts what is a set."""
    return sorted(value) if isinstance(value, list) else value


def test_the_client_writes_nothing_that_says_who_somebody_is(made: dict[str, Any]) -> None:
    client = only(of_kind(made, "aws_cognito_user_pool_client"))
    assert client["write_attributes"] == ["name"]
    assert client["allowed_oauth_flows_user_pool_client"] is False
