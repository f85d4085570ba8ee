"""What AWS's user pool says to an administrator: recorded answers, in AWS's own shapes."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from luca.aws import clients, identity
from luca.kernel.errors import Conflict, Forbidden, Invalid, LucaError, TooMany, Unavailable

POOL = "us-east-1_EXAMPLE01"
SUB = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
ADA = "ada@norte.example"
NORTH = identity.Login("north", "ada")
ACCOUNT = {"UserPoolId": POOL, "Username": SUB}
ATTRIBUTES = [
    {"Name": "email", "Value": ADA},
    {"Name": "email_verified", "Value": "true"},
    {"Name": "custom:school_id", "Value": "north"},
    {"Name": "custom:person_id", "Value": "ada"},
]


@pytest.fixture
def aws_says(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Stubber]:
    settings.COGNITO_POOL_ID = POOL
    client = boto3.client(
        "cognito-idp", "us-east-1", aws_access_key_id="k", aws_secret_access_key="s"
    )
    monkeypatch.setattr(clients, "cognito", lambda: client)
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def user(status: str, *, enabled: bool = True) -> dict[str, Any]:
    return {
        "Username": SUB,
        "UserAttributes": [{"Name": "sub", "Value": SUB}, *ATTRIBUTES],
        "UserCreateDate": datetime(2026, 11, 21, tzinfo=UTC),
        "UserLastModifiedDate": datetime(2026, 11, 21, tzinfo=UTC),
        "Enabled": enabled,
        "UserStatus": status,
    }


@pytest.mark.parametrize(
    ("status", "confirmed"),
    [("FORCE_CHANGE_PASSWORD", False), ("CONFIRMED", True), ("RESET_REQUIRED", True)],
)
def test_an_account_is_found_by_its_address(
    aws_says: Stubber, status: str, *, confirmed: bool
) -> None:
    asked = {"UserPoolId": POOL, "Username": ADA}
    aws_says.add_response("admin_get_user", user(status, enabled=False), asked)

    assert identity.find(ADA) == identity.Found(SUB, NORTH, enabled=False, confirmed=confirmed)


def test_the_pool_s_own_id_of_an_account_is_no_address(aws_says: Stubber) -> None:
    aws_says.add_response("admin_get_user", user("CONFIRMED"))

    assert identity.find(SUB) is None


def test_an_invitation_is_one_call_and_the_pool_mails(aws_says: Stubber) -> None:
    made = {"User": {"Username": SUB, "UserStatus": "FORCE_CHANGE_PASSWORD"}}
    wanted = {
        "UserPoolId": POOL,
        "Username": ADA,
        "UserAttributes": ATTRIBUTES,
        "DesiredDeliveryMediums": ["EMAIL"],
    }
    aws_says.add_response("admin_create_user", made, wanted)

    assert identity.invite(ADA, NORTH) == SUB


def test_sending_again_is_for_accounts_without_a_password(aws_says: Stubber) -> None:
    wanted = {
        "UserPoolId": POOL,
        "Username": ADA,
        "MessageAction": "RESEND",
        "DesiredDeliveryMediums": ["EMAIL"],
    }
    aws_says.add_response("admin_create_user", {}, wanted)
    aws_says.add_client_error("admin_create_user", "UnsupportedUserStateException")

    identity.invite_again(ADA)
    with pytest.raises(Conflict):
        identity.invite_again(ADA)


def test_disabling_ends_what_was_signed_in_for_good(aws_says: Stubber) -> None:
    aws_says.add_response("admin_disable_user", {}, ACCOUNT)
    aws_says.add_response("admin_user_global_sign_out", {}, ACCOUNT)

    identity.disable(SUB)


def test_a_reset_ends_what_was_signed_in_before_it_mails(aws_says: Stubber) -> None:
    aws_says.add_response("admin_user_global_sign_out", {}, ACCOUNT)
    aws_says.add_response("admin_reset_user_password", {}, ACCOUNT)

    identity.reset_password(SUB)


def test_an_address_is_changed_and_counts_as_verified(aws_says: Stubber) -> None:
    wanted = {**ACCOUNT, "UserAttributes": ATTRIBUTES[:2]}
    aws_says.add_response("admin_update_user_attributes", {}, wanted)
    aws_says.add_client_error("admin_update_user_attributes", "AliasExistsException")

    identity.change_email(SUB, ADA)
    with pytest.raises(Conflict):
        identity.change_email(SUB, ADA)


def test_deleting_what_is_gone_is_no_fault(aws_says: Stubber) -> None:
    aws_says.add_client_error("admin_delete_user", "UserNotFoundException")

    identity.delete(SUB)


def test_rights_change_by_difference(aws_says: Stubber) -> None:
    groups = {"Groups": [{"GroupName": "teacher"}, {"GroupName": "guardian"}]}
    aws_says.add_response("admin_list_groups_for_user", groups, ACCOUNT)
    aws_says.add_response("admin_add_user_to_group", {}, {**ACCOUNT, "GroupName": "school_admin"})
    aws_says.add_response("admin_remove_user_from_group", {}, {**ACCOUNT, "GroupName": "guardian"})

    identity.set_groups(SUB, frozenset({"teacher", "school_admin"}))


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("TooManyRequestsException", TooMany),
        ("LimitExceededException", TooMany),
        ("InternalErrorException", Unavailable),
        ("AccessDeniedException", Forbidden),
        ("InvalidParameterException", Invalid),
        ("CodeDeliveryFailureException", Invalid),
        ("NotAuthorizedException", Invalid),
    ],
)
@pytest.mark.parametrize(
    ("call", "act"),
    [
        ("admin_get_user", lambda: identity.find(ADA)),
        ("admin_create_user", lambda: identity.invite(ADA, NORTH)),
        ("admin_disable_user", lambda: identity.disable(SUB)),
        ("admin_user_global_sign_out", lambda: identity.reset_password(SUB)),
    ],
)
def test_what_the_pool_refuses_reads_in_our_words(
    aws_says: Stubber, call: str, act: Callable[[], object], code: str, error: type[LucaError]
) -> None:
    aws_says.add_client_error(call, code, "about ada@norte.example")

    with pytest.raises(error) as refusal:
        act()
    assert ADA not in str(refusal.value)
