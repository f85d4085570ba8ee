"""The user pool of deploy/identity.json: made when it is missing, set right when it is not."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient


@dataclass(frozen=True, slots=True)
class Made:
    """The ids that Cognito gave, and what the application proves itself with."""

    pool: str
    client: str
    secret: str


def provision(cognito: "CognitoIdentityProviderClient", wanted: dict[str, Any]) -> Made:
    pools = cognito.list_user_pools(MaxResults=60)["UserPools"]
    pool = next((p["Id"] for p in pools if p["Name"] == wanted["pool"]), None)
    if pool is None:
        pool = _create(cognito, wanted)
    cognito.update_user_pool(UserPoolId=pool, **_settings(wanted))
    cognito.set_user_pool_mfa_config(
        UserPoolId=pool,
        SoftwareTokenMfaConfiguration={"Enabled": True},
        MfaConfiguration=wanted["mfa"],
    )
    groups = cognito.list_groups(UserPoolId=pool)["Groups"]
    for group in set(wanted["groups"]) - {g["GroupName"] for g in groups}:
        cognito.create_group(UserPoolId=pool, GroupName=group)
    _resource_server(cognito, pool, wanted["resource_server"])
    return Made(pool, *_client(cognito, pool, wanted["client"]))


def _create(cognito: "CognitoIdentityProviderClient", wanted: dict[str, Any]) -> str:
    """Make the pool with what can never be changed; the rest is set afterwards."""
    created = cognito.create_user_pool(
        PoolName=wanted["pool"],
        UsernameAttributes=wanted["username_attributes"],
        Policies=_settings(wanted)["Policies"],
        Schema=[
            {
                "Name": name,
                "AttributeDataType": "String",
                "Mutable": attribute["mutable"],
                "StringAttributeConstraints": {
                    "MinLength": "1",
                    "MaxLength": str(attribute["max_length"]),
                },
            }
            for name, attribute in wanted["attributes"].items()
        ],
    )
    return created["UserPool"]["Id"]


def _resource_server(
    cognito: "CognitoIdentityProviderClient", pool: str, wanted: dict[str, Any]
) -> None:
    """The scopes that programs may be given."""
    server: dict[str, Any] = {
        "UserPoolId": pool,
        "Identifier": wanted["identifier"],
        "Name": wanted["identifier"],
        "Scopes": [
            {"ScopeName": name, "ScopeDescription": text} for name, text in wanted["scopes"].items()
        ],
    }
    found = cognito.list_resource_servers(UserPoolId=pool, MaxResults=50)["ResourceServers"]
    if any(one["Identifier"] == wanted["identifier"] for one in found):
        cognito.update_resource_server(**server)
    else:
        cognito.create_resource_server(**server)


def _settings(wanted: dict[str, Any]) -> dict[str, Any]:
    """All that an update sets: it puts what it does not name back to AWS's own default."""
    password, messages = wanted["password"], wanted["messages"]
    invitation, code = messages["invitation"], messages["code"]
    return {
        "MfaConfiguration": wanted["mfa"],
        "Policies": {
            "PasswordPolicy": {
                "MinimumLength": password["minimum_length"],
                "RequireLowercase": password["require_lowercase"],
                "RequireUppercase": password["require_uppercase"],
                "RequireNumbers": password["require_numbers"],
                "RequireSymbols": password["require_symbols"],
                "TemporaryPasswordValidityDays": password["temporary_validity_days"],
            }
        },
        "AdminCreateUserConfig": {
            "AllowAdminCreateUserOnly": not wanted["self_sign_up"],
            "InviteMessageTemplate": {
                "EmailSubject": invitation["subject"],
                "EmailMessage": _html(invitation["body"]),
            },
        },
        "VerificationMessageTemplate": {
            "DefaultEmailOption": "CONFIRM_WITH_CODE",
            "EmailSubject": code["subject"],
            "EmailMessage": _html(code["body"]),
        },
    }


def _html(lines: list[str]) -> str:
    return "<br>".join(lines)  # Cognito's mails are HTML, where an end of line is a blank


def _client(
    cognito: "CognitoIdentityProviderClient", pool: str, wanted: dict[str, Any]
) -> tuple[str, str]:
    settings: dict[str, Any] = {
        "UserPoolId": pool,
        "ClientName": wanted["name"],
        "ExplicitAuthFlows": wanted["auth_flows"],
        "ReadAttributes": wanted["read_attributes"],
        "WriteAttributes": wanted["write_attributes"],
        "IdTokenValidity": wanted["id_token_minutes"],
        "AccessTokenValidity": wanted["access_token_minutes"],
        "RefreshTokenValidity": wanted["refresh_token_days"],
        "TokenValidityUnits": {
            "IdToken": "minutes",
            "AccessToken": "minutes",
            "RefreshToken": "days",
        },
        "AuthSessionValidity": wanted["auth_session_minutes"],
        "EnableTokenRevocation": True,
        "PreventUserExistenceErrors": "ENABLED",
    }
    found = cognito.list_user_pool_clients(UserPoolId=pool, MaxResults=60)["UserPoolClients"]
    known = next((c["ClientId"] for c in found if c["ClientName"] == wanted["name"]), None)
    if known is not None:
        present = cognito.describe_user_pool_client(UserPoolId=pool, ClientId=known)
        secret = present["UserPoolClient"].get("ClientSecret", "")
        if bool(secret) == wanted["secret"]:
            cognito.update_user_pool_client(ClientId=known, **settings)
            return known, secret
        cognito.delete_user_pool_client(UserPoolId=pool, ClientId=known)  # none gets one later
    created = cognito.create_user_pool_client(GenerateSecret=wanted["secret"], **settings)
    client = created["UserPoolClient"]
    return client["ClientId"], client.get("ClientSecret", "")
