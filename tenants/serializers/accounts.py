"""The JSON of invitations and accounts."""

from datetime import datetime
from typing import Any

from rest_framework import serializers

from luca.kernel import clock
from luca.kernel.tables import Fault, Text
from tenants.domain.accounts import (
    AccountState,
    Act,
    Failure,
    Invitation,
    InvitationState,
    Order,
    OrderState,
)

GROUPS = "student, guardian, teacher, school_admin, gov_operator"
FAILURES = {
    Failure.ADDRESS: Text("No se puede usar esta dirección.", "This address cannot be used."),
    Failure.ACCOUNT: Text(
        "No se puede administrar esta cuenta.", "This account cannot be administered."
    ),
    Failure.GROUPS: Text(
        "Una escuela no puede dar estos grupos.", "A school cannot give these groups."
    ),
    Failure.STATE: Text(
        "El estado de la cuenta no lo permite.", "The state of the account does not permit it."
    ),
}


class FailureSerializer(serializers.Serializer[Any]):
    """Why the user pool would not; it tells nothing about other schools."""

    code = serializers.CharField()
    text = serializers.CharField(help_text="in the language of the request")


class NewInvitationSerializer(serializers.Serializer[Any]):
    person = serializers.CharField(max_length=64, help_text="the person's id in the school")
    email = serializers.CharField(max_length=254, help_text="the address that will sign in")
    groups = serializers.ListField(
        child=serializers.CharField(max_length=32), max_length=8, help_text=GROUPS
    )


class InvitationSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    person = serializers.CharField()
    email = serializers.CharField()
    groups = serializers.ListField(child=serializers.CharField())
    state = serializers.CharField(help_text=", ".join(InvitationState))
    asked_at = serializers.DateTimeField()
    asked_by = serializers.CharField(allow_null=True, help_text="null: an operator of the platform")
    sent_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True)
    import_id = serializers.CharField(allow_null=True)
    failure = FailureSerializer(allow_null=True)


class InvitationsSerializer(serializers.Serializer[Any]):
    items = InvitationSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class InvitationProgressSerializer(serializers.Serializer[Any]):
    """How many invitations are in which state."""

    waiting = serializers.IntegerField()
    sent = serializers.IntegerField()
    accepted = serializers.IntegerField()
    failed = serializers.IntegerField()
    cancelled = serializers.IntegerField()
    expired = serializers.IntegerField()


class TableFaultSerializer(serializers.Serializer[Any]):
    line = serializers.IntegerField(help_text="of the file, as an editor counts")
    column = serializers.CharField(help_text="as the file heads it; empty: the whole row")
    message = serializers.CharField()


class InvitationImportSerializer(serializers.Serializer[Any]):
    dry_run = serializers.BooleanField()
    rows = serializers.IntegerField()
    invited = serializers.IntegerField(help_text="of a dry run: that would be")
    unchanged = serializers.IntegerField(help_text="were so already")
    faults = TableFaultSerializer(many=True)
    import_id = serializers.CharField(allow_null=True, help_text="ask for its progress with it")


class NewOrderSerializer(serializers.Serializer[Any]):
    act = serializers.ChoiceField(choices=[one.value for one in Act])
    reason = serializers.CharField(max_length=500, help_text="is kept in the audit")
    groups = serializers.ListField(
        child=serializers.CharField(max_length=32),
        max_length=8,
        required=False,
        help_text=f"of the act groups: all that the account is to have, of {GROUPS}",
    )
    email = serializers.CharField(
        max_length=254, required=False, help_text="of the act email: the new address"
    )


class OrderSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    act = serializers.CharField(help_text=", ".join(Act))
    state = serializers.CharField(help_text=", ".join(OrderState))
    reason = serializers.CharField()
    asked_at = serializers.DateTimeField()
    asked_by = serializers.CharField(allow_null=True)
    settled_at = serializers.DateTimeField(allow_null=True)
    failure = FailureSerializer(allow_null=True)


class AccountSerializer(serializers.Serializer[Any]):
    person = serializers.CharField()
    email = serializers.CharField()
    groups = serializers.ListField(child=serializers.CharField())
    state = serializers.CharField(help_text=", ".join(AccountState))
    invitation = InvitationSerializer(allow_null=True)
    last_order = OrderSerializer(allow_null=True)


class AccountsSerializer(serializers.Serializer[Any]):
    items = AccountSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)


def invitation(one: Invitation, language: str) -> dict[str, Any]:
    return {
        "id": one.id,
        "person": one.person,
        "email": one.email,
        "groups": sorted(one.groups),
        "state": one.state.value,
        "asked_at": clock.stamp(one.asked_at),
        "asked_by": one.asked_by,
        "sent_at": _stamp(one.sent_at),
        "expires_at": _stamp(one.expires_at),
        "import_id": one.batch or None,
        "failure": _failure(one.failure, language),
    }


def order(one: Order, language: str) -> dict[str, Any]:
    return {
        "id": one.id,
        "act": one.act.value,
        "state": one.state.value,
        "reason": one.reason,
        "asked_at": clock.stamp(one.asked_at),
        "asked_by": one.asked_by,
        "settled_at": _stamp(one.settled_at),
        "failure": _failure(one.failure, language),
    }


def faults(found: tuple[Fault, ...], language: str) -> list[dict[str, Any]]:
    return [
        {"line": one.line, "column": one.column, "message": one.cause.said(language)}
        for one in found
    ]


def _stamp(at: datetime | None) -> str | None:
    return None if at is None else clock.stamp(at)


def _failure(failure: Failure | None, language: str) -> dict[str, str] | None:
    if failure is None:
        return None
    return {"code": failure.value, "text": FAILURES[failure].said(language)}
