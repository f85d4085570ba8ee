"""What the emulator's Cognito is taught in its own process, beside what the guard lets in.

The emulator answers a call with the function that bears its name, so a function put in the place
of one of them is what the call meets. A name that a newer emulator no longer has stops the start.
What is kept of a user here is kept in the emulator's own item of that user, under `_luca_…`, so it
is written and read with it.
"""

from collections.abc import Callable
from threading import Lock
from typing import Any

from luca.localaws.cognito import accounts, challenges, emulator
from luca.localaws.cognito.emulator import Call, Refusal, Response
from luca.localaws.cognito.outbox import Outbox

Law = Callable[[Any, Call], Response]
# Anybody may call these; they carry their own proof and travel unsigned.
SELF_SERVICE: dict[str, Law] = {
    "InitiateAuth": challenges.initiate,
    "GetTokensFromRefreshToken": challenges.renew,
    "RespondToAuthChallenge": challenges.respond,
    "ForgotPassword": accounts.forgot,
    "ConfirmForgotPassword": accounts.confirm,
    "RevokeToken": accounts.revoke,
    "GlobalSignOut": accounts.own,
    "GetUser": accounts.own,
    "ChangePassword": accounts.own,
    "AssociateSoftwareToken": accounts.own,
    "VerifySoftwareToken": accounts.verify_totp,
    "SetUserMFAPreference": accounts.prefer,
}
ADMINISTERED: dict[str, Law] = {
    "AdminCreateUser": accounts.create,
    "AdminSetUserPassword": accounts.set_password,
    "AdminDisableUser": accounts.disable,
    "AdminResetUserPassword": accounts.require_reset,
    "AdminUpdateUserAttributes": accounts.update,
}
# One call at a time: a session or a code that is good once must not be taken by two.
_turn = Lock()


def install(outbox: Outbox) -> None:
    emulator.replace("_deliver_cognito_email", outbox.deliver)
    emulator.replace("_run_idp_handler", run)


def run(handler: Callable[[Call], Response], action: str, call: Call) -> Response:
    """Stand in for the emulator's own way to run a call of the user pools' API."""
    law = SELF_SERVICE.get(action) or ADMINISTERED.get(action)
    with _turn:
        try:
            if action in SELF_SERVICE:
                emulator.prepare(action, call)
            return handler(call) if law is None else law(handler, call)
        except Refusal as refusal:
            return refusal.response
