"""Runs as JSON."""

from typing import Any

from rest_framework import serializers

from govsync.domain import Balance, State
from govsync.services import Status
from luca.kernel import clock

STATES = [state.value for state in State]


class StartSerializer(serializers.Serializer[Any]):
    period = serializers.RegexField(r"^[A-Za-z0-9._~-]{1,64}$")


class BalanceSerializer(serializers.Serializer[Any]):
    balanced = serializers.BooleanField()
    snapshot = serializers.IntegerField()
    counts = serializers.DictField(child=serializers.IntegerField())
    differences = serializers.ListField(child=serializers.CharField())
    foreign = serializers.IntegerField(
        help_text="records of the period that the authority holds and no run has sent"
    )


class RunSerializer(serializers.Serializer[Any]):
    """A run as it stands; every record is in exactly one state."""

    id = serializers.CharField()
    period = serializers.CharField()
    kind = serializers.CharField(help_text="first or correction")
    status = serializers.CharField(help_text="RUNNING, DONE, FAILED or PAUSED")
    state = serializers.CharField(help_text="the state of the machine")
    error = serializers.CharField(allow_blank=True)
    started_at = serializers.CharField()
    finished_at = serializers.CharField(allow_null=True)
    next_attempt_at = serializers.CharField(allow_null=True)
    snapshot = serializers.IntegerField(allow_null=True, help_text="null: still being taken")
    frozen = serializers.IntegerField()
    records = serializers.DictField(child=serializers.IntegerField())
    batches = serializers.DictField(child=serializers.IntegerField())
    balance = BalanceSerializer(allow_null=True)
    time_scale = serializers.FloatField(help_text="a factor on every wait; 1 in production")


def shown(status: Status) -> dict[str, Any]:
    run = status.run
    return {
        "id": run.id,
        "period": run.period,
        "kind": run.kind.value,
        "status": run.status.value,
        "state": run.execution.state,
        "error": run.execution.error,
        "started_at": clock.stamp(run.started),
        "finished_at": _stamp(run.finished),
        "next_attempt_at": _stamp(status.next_attempt),
        "snapshot": status.snapshot,
        "frozen": status.frozen,
        "records": {state.value: number for state, number in status.records.items()},
        "batches": {state.value: number for state, number in status.batches.items()},
        "balance": None if status.balance is None else _balance(status.balance),
        "time_scale": run.time_scale,
    }


def _balance(balance: Balance) -> dict[str, Any]:
    return {
        "balanced": balance.balanced,
        "snapshot": balance.snapshot,
        "counts": {state.value: number for state, number in balance.counts.items()},
        "differences": list(balance.differences),
        "foreign": balance.foreign,
    }


def _stamp(at: Any) -> str | None:
    return None if at is None else clock.stamp(at)
