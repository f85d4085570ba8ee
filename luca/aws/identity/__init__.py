"""The door to Cognito: people who can sign in, and signing them in."""

from luca.aws.identity.accounts import Login, create, find, set_groups, set_password
from luca.aws.identity.signing_in import Tokens, refresh, sign_in

__all__ = [
    "Login",
    "Tokens",
    "create",
    "find",
    "refresh",
    "set_groups",
    "set_password",
    "sign_in",
]
