"""The door to Cognito: people who can sign in, and signing them in."""

from luca.aws.identity.accounts import Login, create, find, set_groups, set_password
from luca.aws.identity.authenticator import (
    Owner,
    Secret,
    begin_totp,
    give_up_totp,
    owner,
    verify_totp,
)
from luca.aws.identity.signing_in import (
    Challenge,
    Step,
    Tokens,
    refresh,
    respond,
    sign_in,
    sign_out,
    sign_out_everywhere,
)

__all__ = [
    "Challenge",
    "Login",
    "Owner",
    "Secret",
    "Step",
    "Tokens",
    "begin_totp",
    "create",
    "find",
    "give_up_totp",
    "owner",
    "refresh",
    "respond",
    "set_groups",
    "set_password",
    "sign_in",
    "sign_out",
    "sign_out_everywhere",
    "verify_totp",
]
