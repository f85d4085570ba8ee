"""The steps of signing in: what a password opens, for three minutes, once.

A session is kept with its user, so it belongs to nobody else and survives a restart with the pool,
as Cognito's own do.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from luca.localaws.cognito import emulator
from luca.localaws.cognito.emulator import TOTP, Refusal

if TYPE_CHECKING:
    from luca.localaws.cognito.emulator import Call, Pool, Response, User

SESSIONS = "_luca_sessions"
TEMPORARY_SINCE = "_luca_temporary_since"
LAST_STEP = "_luca_last_totp_step"
FIRST_PASSWORD = "NEW_PASSWORD_REQUIRED"  # noqa: S105 -- the name of a challenge
DAY = 24 * 3600
OK = 200


def initiate(handler: Any, call: Call) -> Response:
    """InitiateAuth: a flow that the application may use, with what the flow asks for."""
    pool, client = emulator.pool_of_client(call.get("ClientId"))
    flow, given = call.get("AuthFlow"), call.get("AuthParameters") or {}
    if f"ALLOW_{flow}" not in client.get("ExplicitAuthFlows", ()):
        raise Refusal("InvalidParameterException", f"{flow} flow not enabled for this client")
    if flow == "REFRESH_TOKEN_AUTH":
        check_refresh(pool, call["ClientId"], given.get("REFRESH_TOKEN"))
        return handler(call)  # type: ignore[no-any-return]
    user = emulator.user_of(pool, given.get("USERNAME"))
    response: Response = handler(call)
    if response[0] != OK or user is None:
        return response
    if user["UserStatus"] == "FORCE_CHANGE_PASSWORD" and _lapsed(pool, user):
        raise Refusal(
            "NotAuthorizedException",
            "Temporary password has expired and must be reset by an administrator.",
        )
    return remembered(response, client, user)


def renew(handler: Any, call: Call) -> Response:
    """GetTokensFromRefreshToken: as InitiateAuth does it, for an application with a secret."""
    pool, client = emulator.pool_of_client(call.get("ClientId"))
    emulator.check_secret(client, call.get("ClientSecret"))
    check_refresh(pool, call["ClientId"], call.get("RefreshToken"))
    return handler(call)  # type: ignore[no-any-return]


def check_refresh(pool: Pool, client: str, token: object) -> None:
    """Refuse what the emulator would renew: forged, expired, revoked, of a disabled user."""
    claims = emulator.claims_of(token)
    user = next((u for u in pool["_users"].values() if _subject(u) == claims.get("sub")), None)
    if claims.get("token_use") != "refresh" or claims.get("client_id") != client or user is None:
        raise Refusal("NotAuthorizedException", "Invalid Refresh Token")
    if claims["exp"] <= time.time() or emulator.is_revoked(claims.get("origin_jti")):
        raise Refusal("NotAuthorizedException", "Refresh Token has been revoked")
    if not user["Enabled"]:
        raise Refusal("NotAuthorizedException", "User is disabled.")


def remembered(response: Response, client: dict[str, Any], user: User) -> Response:
    """Keep the session of a challenge with the user who may answer it."""
    content = json.loads(response[2])
    if "Session" in content:
        now = time.time()
        sessions: dict[str, Any] = user.setdefault(SESSIONS, {})
        for session in [one for one, kept in sessions.items() if kept["until"] <= now]:
            del sessions[session]
        sessions[content["Session"]] = {
            "challenge": content["ChallengeName"],
            "client": client["ClientId"],
            "until": now + client.get("AuthSessionValidity", 3) * 60,
        }
    return response


def respond(handler: Any, call: Call) -> Response:
    """RespondToAuthChallenge, for whoever a password has brought as far as this."""
    pool, client = emulator.pool_of_client(call.get("ClientId"))
    given = call.get("ChallengeResponses") or {}
    user = emulator.user_of(pool, given.get("USERNAME"))
    if user is None:
        raise Refusal("NotAuthorizedException", "Invalid session for the user.")
    sessions, session = user.get(SESSIONS, {}), call.get("Session")
    kept = sessions.get(session)
    if kept is None or (kept["challenge"], kept["client"]) != (
        call.get("ChallengeName"),
        call["ClientId"],
    ):
        raise Refusal("NotAuthorizedException", "Invalid session for the user.")
    if kept["until"] <= time.time():
        raise Refusal("NotAuthorizedException", "Invalid session for the user, session is expired.")
    if not user["Enabled"]:
        raise Refusal("NotAuthorizedException", "User is disabled.")
    if kept["challenge"] == TOTP:
        _check_code(user, given.get("SOFTWARE_TOKEN_MFA_CODE"))
    else:
        emulator.check_password(pool, given.get("NEW_PASSWORD"))
    response: Response = handler(call)
    if response[0] == OK:
        del sessions[session]  # it is good once; a wrong answer leaves it
    return _next(response, pool, client, user, given["USERNAME"], kept["challenge"])


def _next(
    response: Response,
    pool: Pool,
    client: dict[str, Any],
    user: User,
    name: str,
    done: str,
) -> Response:
    """A first password does not spare anybody the code of their authenticator app."""
    code = emulator.code_challenge(pool, user, name) if done == FIRST_PASSWORD else None
    if response[0] != OK or code is None:
        return response
    return remembered(emulator.answer(code), client, user)


def _check_code(user: User, code: object) -> None:
    step = emulator.step_of(user, code, time.time())
    if step is None:
        raise Refusal("CodeMismatchException", "Invalid code received for user")
    if step <= user.get(LAST_STEP, 0):
        raise Refusal("ExpiredCodeException", "Your software token has already been used once.")
    user[LAST_STEP] = step


def _lapsed(pool: Pool, user: User) -> bool:
    days = pool["Policies"]["PasswordPolicy"].get("TemporaryPasswordValidityDays", 7)
    since = float(user.get(TEMPORARY_SINCE) or user["UserCreateDate"])
    return bool(time.time() >= since + days * DAY)


def _subject(user: User) -> str:
    return emulator.attribute(user, "sub")
