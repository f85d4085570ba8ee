"""Steps of signing in that Cognito refuses and the emulator alone would take, each on the wire."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from luca.localaws import authenticator, embedded
from luca.localaws.deployment import DEPLOY
from luca.localaws.tests.pool import OTHER, PASSWORD, Application
from luca.localaws.tests.wire import Wire, code

FIRST, CODE = "NEW_PASSWORD_REQUIRED", "SOFTWARE_TOKEN_MFA"
REFUSED = "NotAuthorizedException"


@pytest.fixture(scope="module")
def app(wire: Wire) -> Application:
    return Application(wire)


def test_a_first_password_needs_the_temporary_one_first(app: Application) -> None:
    name = app.invite()
    opened = app.sign_in(name, app.mailed(name))
    assert opened["ChallengeName"] == FIRST

    for session in ("made up", None, ""):
        answer = code(lambda session=session: app.respond(FIRST, session, name, NEW_PASSWORD=OTHER))  # type: ignore[misc]
        assert answer == REFUSED
    weak = code(lambda: app.respond(FIRST, opened["Session"], name, NEW_PASSWORD="short"))
    assert weak == "InvalidPasswordException"
    assert code(lambda: app.respond(FIRST, opened["Session"], name)) == "InvalidParameterException"

    done = app.respond(FIRST, opened["Session"], name, NEW_PASSWORD=OTHER)
    assert done["AuthenticationResult"]["IdToken"]
    again = code(lambda: app.respond(FIRST, opened["Session"], name, NEW_PASSWORD=PASSWORD))
    assert again == REFUSED
    assert code(lambda: app.sign_in(name, OTHER)) == "OK"


def test_a_session_is_of_one_user_and_one_step(app: Application) -> None:
    ana, eva = app.invite(), app.invite()
    session = app.sign_in(ana, app.mailed(ana))["Session"]
    victim = app.account()

    for name, step in ((eva, FIRST), (victim, FIRST), (ana, CODE), (ana, "MFA_SETUP")):
        answer = code(
            lambda name=name, step=step: app.respond(  # type: ignore[misc]
                step, session, name, NEW_PASSWORD=OTHER, SOFTWARE_TOKEN_MFA_CODE="000000"
            )
        )
        assert answer == REFUSED, (name, step)
    assert code(lambda: app.sign_in(victim)) == "OK"


def test_a_session_lapses(app: Application) -> None:
    name = app.invite()
    with app.with_client(AuthSessionValidity=0):
        session = app.sign_in(name, app.mailed(name))["Session"]
    answer = code(lambda: app.respond(FIRST, session, name, NEW_PASSWORD=OTHER))
    assert answer == REFUSED


def test_a_session_of_somebody_who_was_disabled_meanwhile(app: Application) -> None:
    name = app.invite()
    session = app.sign_in(name, app.mailed(name))["Session"]
    app.operator.admin_disable_user(UserPoolId=app.pool, Username=name)
    answer = code(lambda: app.respond(FIRST, session, name, NEW_PASSWORD=OTHER))
    assert answer == REFUSED


def test_of_two_who_bring_one_session_one_gets_tokens(app: Application) -> None:
    name = app.invite()
    session = app.sign_in(name, app.mailed(name))["Session"]

    def bring(_: int) -> str:
        return code(lambda: app.respond(FIRST, session, name, NEW_PASSWORD=OTHER))

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(bring, range(8)))
    assert sorted(answers) == [REFUSED] * 7 + ["OK"]


def test_a_temporary_password_lapses_and_sending_it_again_makes_another(app: Application) -> None:
    name = app.invite()
    first = app.mailed(name)
    policies = app.owner.describe_user_pool(UserPoolId=app.pool)["UserPool"]["Policies"]
    short = {"PasswordPolicy": {**policies["PasswordPolicy"], "TemporaryPasswordValidityDays": 0}}
    app.owner.update_user_pool(UserPoolId=app.pool, Policies=short)
    try:
        assert code(lambda: app.sign_in(name, first)) == REFUSED
    finally:
        app.owner.update_user_pool(UserPoolId=app.pool, Policies=policies)

    app.operator.admin_create_user(
        UserPoolId=app.pool,
        Username=name,
        MessageAction="RESEND",
        DesiredDeliveryMediums=["EMAIL"],
    )
    second = app.mailed(name)
    assert second != first
    assert code(lambda: app.sign_in(name, first)) == REFUSED
    assert app.sign_in(name, second)["ChallengeName"] == FIRST


def test_an_invitation_is_not_sent_again_to_who_has_a_password_of_their_own(
    app: Application,
) -> None:
    name = app.account()
    answer = code(
        lambda: app.operator.admin_create_user(
            UserPoolId=app.pool, Username=name, MessageAction="RESEND"
        )
    )
    assert answer == "UnsupportedUserStateException"
    assert not app.mail(name)


def test_a_forgotten_password_needs_the_code_from_the_mail_once(app: Application) -> None:
    name = app.account()
    assert code(lambda: app.confirm(name, "654321")) == "ExpiredCodeException"
    app.forgot(name)
    mailed = app.mailed(name)

    wrong = f"{(int(mailed) + 1) % 10**6:06d}"
    assert code(lambda: app.confirm(name, wrong)) == "CodeMismatchException"
    assert code(lambda: app.confirm(name, mailed, "short")) == "InvalidPasswordException"
    assert code(lambda: app.confirm(name, mailed)) == "OK"

    assert code(lambda: app.confirm(name, mailed, PASSWORD)) == "ExpiredCodeException"
    assert code(lambda: app.sign_in(name, OTHER)) == "OK"
    assert code(lambda: app.sign_in(name, PASSWORD)) == REFUSED


def test_a_code_is_not_guessed(app: Application) -> None:
    name = app.account()
    app.forgot(name)
    mailed = app.mailed(name)
    wrong = [f"{(int(mailed) + n) % 10**6:06d}" for n in range(1, 6)]

    answers = [code(lambda one=one: app.confirm(name, one)) for one in (*wrong, mailed)]  # type: ignore[misc]

    assert answers == ["CodeMismatchException"] * 5 + ["LimitExceededException"]
    assert code(lambda: app.sign_in(name)) == "OK"


def test_a_password_that_must_be_reset_signs_nobody_in_and_its_code_is_mailed(
    app: Application,
) -> None:
    name = app.account()
    app.owner.admin_reset_user_password(UserPoolId=app.pool, Username=name)
    assert code(lambda: app.sign_in(name)) == "PasswordResetRequiredException"
    assert code(lambda: app.confirm(name, "654321")) == "CodeMismatchException"
    assert code(lambda: app.confirm(name, app.mailed(name))) == "OK"
    assert code(lambda: app.sign_in(name, OTHER)) == "OK"
    invited = app.invite(MessageAction="SUPPRESS")
    outcome = code(
        lambda: app.owner.admin_reset_user_password(UserPoolId=app.pool, Username=invited)
    )
    assert outcome == REFUSED


def test_two_accounts_never_share_an_address(app: Application) -> None:
    ana, eva = app.account(), app.account()

    def rename(who: str, address: str) -> str:
        return code(
            lambda: app.owner.admin_update_user_attributes(
                UserPoolId=app.pool,
                Username=who,
                UserAttributes=[{"Name": "email", "Value": address}],
            )
        )

    assert rename(ana, eva) == "AliasExistsException"
    assert rename(ana, f"new-{ana}") == "OK"
    assert code(lambda: app.sign_in(f"new-{ana}")) == "OK"


def test_codes_go_to_no_one_who_cannot_use_them(app: Application) -> None:
    disabled, invited = app.account(), app.invite(MessageAction="SUPPRESS")
    app.operator.admin_disable_user(UserPoolId=app.pool, Username=disabled)

    assert code(lambda: app.forgot(disabled)) == REFUSED
    assert code(lambda: app.forgot(invited)) == REFUSED
    assert code(lambda: app.forgot("nobody@example.org")) == "OK"
    assert not [*app.mail(disabled), *app.mail(invited), *app.mail("nobody@example.org")]


def test_an_app_is_asked_for_after_the_password_and_its_code_is_good_once(
    app: Application,
) -> None:
    name = app.account()
    secret = app.enrol(app.tokens(name)["AccessToken"])
    opened = app.sign_in(name)
    assert (opened["ChallengeName"], "AuthenticationResult" in opened) == (CODE, False)

    def bring(session: str, digits: str) -> str:
        return code(lambda: app.respond(CODE, session, name, SOFTWARE_TOKEN_MFA_CODE=digits))

    now = authenticator.code(secret)
    wrong = f"{(int(now) + 1) % 10**6:06d}"
    assert bring("made up", now) == REFUSED
    assert bring(opened["Session"], wrong) == "CodeMismatchException"
    assert bring(opened["Session"], now) == "OK"
    assert bring(opened["Session"], authenticator.code(secret, steps=1)) == REFUSED

    later = app.sign_in(name)["Session"]
    assert bring(later, now) == "ExpiredCodeException"
    assert bring(later, authenticator.code(secret, steps=1)) == "OK"


def test_an_app_counts_only_after_it_was_proven_and_chosen(app: Application) -> None:
    name = app.account()
    token = app.tokens(name)["AccessToken"]
    prefer = {"SoftwareTokenMfaSettings": {"Enabled": True, "PreferredMfa": True}}

    early = code(lambda: app.call.set_user_mfa_preference(AccessToken=token, **prefer))
    assert early == "InvalidParameterException"
    unasked = code(lambda: app.call.verify_software_token(AccessToken=token, UserCode="000000"))
    assert unasked == "EnableSoftwareTokenMFAException"
    secret = app.call.associate_software_token(AccessToken=token)["SecretCode"]
    assert "AuthenticationResult" in app.sign_in(name)
    app.call.verify_software_token(AccessToken=token, UserCode=authenticator.code(secret))
    assert "AuthenticationResult" in app.sign_in(name)
    app.call.set_user_mfa_preference(AccessToken=token, **prefer)
    assert app.sign_in(name)["ChallengeName"] == CODE


def test_without_a_token_nobody_gets_or_proves_a_secret(app: Application) -> None:
    calls: list[Any] = [
        lambda: app.call.associate_software_token(Session="made up"),
        app.call.associate_software_token,
        lambda: app.call.verify_software_token(Session="made up", UserCode="000000"),
    ]
    assert [code(call) for call in calls] == [REFUSED] * 3


def test_a_temporary_password_does_not_spare_the_code_of_the_app(app: Application) -> None:
    name = app.account()
    secret = app.enrol(app.tokens(name)["AccessToken"])
    app.operator.admin_set_user_password(
        UserPoolId=app.pool, Username=name, Password=OTHER, Permanent=False
    )

    first = app.sign_in(name, OTHER)
    assert first["ChallengeName"] == FIRST
    second = app.respond(FIRST, first["Session"], name, NEW_PASSWORD=PASSWORD)

    assert (second["ChallengeName"], "AuthenticationResult" in second) == (CODE, False)
    digits = authenticator.code(secret)
    done = app.respond(CODE, second["Session"], name, SOFTWARE_TOKEN_MFA_CODE=digits)
    assert done["AuthenticationResult"]["IdToken"]


@pytest.mark.slow
def test_what_was_begun_and_what_was_ended_survives_a_restart(tmp_path: Path) -> None:
    first = embedded.start(tmp_path / "home")
    app = Application(Wire(first, DEPLOY))
    invited, forgetful, gone, careful = app.invite(), app.account(), app.account(), app.account()
    session = app.sign_in(invited, app.mailed(invited))["Session"]
    app.forgot(forgetful)
    kept, revoked = app.tokens(gone)["RefreshToken"], app.tokens(gone)["RefreshToken"]
    app.revoke(revoked)
    secret = app.enrol(app.tokens(careful)["AccessToken"])
    used = authenticator.code(secret)
    step = app.sign_in(careful)["Session"]
    app.respond(CODE, step, careful, SOFTWARE_TOKEN_MFA_CODE=used)
    first.stop()

    again = embedded.start(tmp_path / "home")
    try:
        app = Application(Wire(again, DEPLOY))
        assert code(lambda: app.renew(kept)) == "OK"
        assert code(lambda: app.renew(revoked)) == REFUSED
        assert code(lambda: app.respond(FIRST, session, invited, NEW_PASSWORD=OTHER)) == "OK"
        assert code(lambda: app.confirm(forgetful, app.mailed(forgetful))) == "OK"
        step = app.sign_in(careful)["Session"]
        answer = code(lambda: app.respond(CODE, step, careful, SOFTWARE_TOKEN_MFA_CODE=used))
        assert answer == "ExpiredCodeException"
    finally:
        again.kill()
