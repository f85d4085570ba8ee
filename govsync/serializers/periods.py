"""A period over all of its runs, and its daily check, as JSON."""

from typing import Any

from rest_framework import serializers

from govsync.domain import Balance
from govsync.services import Watch, Whole
from luca.kernel import clock


class BalanceSerializer(serializers.Serializer[Any]):
    balanced = serializers.BooleanField()
    snapshot = serializers.IntegerField()
    counts = serializers.DictField(child=serializers.IntegerField())
    differences = serializers.ListField(child=serializers.CharField())
    foreign = serializers.IntegerField(
        help_text="records of the period that the authority holds and no run has sent"
    )


class DailyCheckSerializer(serializers.Serializer[Any]):
    """The daily comparison with the authority; null before a run of the period was read back."""

    until = serializers.CharField(help_text="it ends with the first clean check after this")
    due_at = serializers.CharField(allow_null=True, help_text="null: it is closed")
    checked_at = serializers.CharField(allow_null=True, help_text="null: not yet")
    findings = serializers.DictField(
        child=serializers.IntegerField(), help_text="discrepancies of the last check, by kind"
    )
    waiting = serializers.IntegerField(
        help_text="grades that waited for a correction run at the last check"
    )
    closed_at = serializers.CharField(allow_null=True)
    closed_by = serializers.CharField(allow_blank=True)


class SyncedPeriodSerializer(serializers.Serializer[Any]):
    """Every record of a period once, in its latest state."""

    period = serializers.CharField()
    runs = serializers.ListField(child=serializers.CharField(), help_text="the newest first")
    balance = BalanceSerializer()
    waiting = serializers.IntegerField(help_text="grades that a run started now would send")
    check = DailyCheckSerializer(allow_null=True)


def shown(found: Whole) -> dict[str, Any]:
    return {
        "period": found.period,
        "runs": [run.id for run in found.runs],
        "balance": balance(found.balance),
        "waiting": found.waiting,
        "check": check(found.watch),
    }


def check(watch: Watch | None) -> dict[str, Any] | None:
    if watch is None:
        return None
    return {
        "until": clock.stamp(watch.until),
        "due_at": clock.stamp(watch.due) if watch.closed is None else None,
        "checked_at": None if watch.checked is None else clock.stamp(watch.checked),
        "findings": dict(watch.found),
        "waiting": watch.waiting,
        "closed_at": None if watch.closed is None else clock.stamp(watch.closed),
        "closed_by": watch.closed_by,
    }


def balance(balance: Balance) -> dict[str, Any]:
    return {
        "balanced": balance.balanced,
        "snapshot": balance.snapshot,
        "counts": {state.value: number for state, number in balance.counts.items()},
        "differences": list(balance.differences),
        "foreign": balance.foreign,
    }
