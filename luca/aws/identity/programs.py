"""The pool's app clients for programs: an id, a secret, and scopes; no person signs in with one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from luca.aws import clients
from luca.aws.identity.calls import administered

if TYPE_CHECKING:
    from collections.abc import Iterable

SERVER = "luca"  # the pool's resource server: its scopes are spelled luca/grades.read
MINUTES = 60  # of a token: Cognito charges for each, and the directory says who still may


@administered()
def create(name: str, scopes: Iterable[str]) -> tuple[str, str]:
    """Return the id and the secret of a new client; nobody can look the secret up later."""
    made = clients.cognito().create_user_pool_client(
        UserPoolId=settings.COGNITO_POOL_ID,
        ClientName=name,
        GenerateSecret=True,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthScopes=[f"{SERVER}/{one}" for one in sorted(scopes)],
        ExplicitAuthFlows=[],
        AccessTokenValidity=MINUTES,
        TokenValidityUnits={"AccessToken": "minutes"},
        EnableTokenRevocation=True,
    )["UserPoolClient"]
    return made["ClientId"], made["ClientSecret"]


@administered()
def remove(client: str) -> None:
    """Let it have no more tokens; removing it twice is fine."""
    cognito = clients.cognito()
    try:
        cognito.delete_user_pool_client(UserPoolId=settings.COGNITO_POOL_ID, ClientId=client)
    except cognito.exceptions.ResourceNotFoundException:
        return
