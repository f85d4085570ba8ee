"""The JSON of runs and of what they did."""

from typing import Any

from django.utils import translation
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from govsync.domain import Run, RunStatus, State, Step
from govsync.serializers.holding import HoldSerializer, hold
from govsync.serializers.periods import BalanceSerializer, DailyCheckSerializer, balance, check
from govsync.services import Carried, Dead, Forecast, NextStep, Progress
from luca.kernel import clock

STATES = [state.value for state in State]


class StartSerializer(serializers.Serializer[Any]):
    period = serializers.RegexField(r"^[A-Za-z0-9._~-]{1,64}$")


class ForecastSerializer(serializers.Serializer[Any]):
    """When the run will end; null while nobody can say, and when it has ended."""

    deadline_at = serializers.CharField(
        help_text="47 hours after the first execution began; a redrive does not move it"
    )
    earliest_at = serializers.CharField(allow_null=True)
    likely_at = serializers.CharField(allow_null=True)
    latest_at = serializers.CharField(allow_null=True)
    seconds_per_batch = serializers.FloatField(allow_null=True)
    schools_at_work = serializers.IntegerField()
    at_risk = serializers.BooleanField(help_text="it will probably end after the deadline")
    overdue = serializers.BooleanField(help_text="it is after the deadline; not all is sent")


class AuthoritySerializer(serializers.Serializer[Any]):
    """How the authority answers, to all schools together."""

    failures_in_a_row = serializers.IntegerField()
    closed_until = serializers.CharField(
        allow_null=True, help_text="it fails, and nobody calls before then"
    )
    seconds_between_calls = serializers.FloatField()


EXAMPLE = {
    "id": "019aa7c1-3a52-7cc4-8b0a-0d5f8f2f6f11",
    "period": "2026-1",
    "kind": "first",
    "status": "RUNNING",
    "state": "WaitTurn",
    "error": "",
    "started_at": "2026-12-21T14:00:00.000Z",
    "began_at": "2026-12-21T14:00:00.000Z",
    "executions": 1,
    "finished_at": None,
    "next_attempt_at": "2026-12-21T15:10:42.000Z",
    "snapshot": 5000,
    "frozen": 5000,
    "records": {"ACCEPTED": 3000, "BLOCKED_LOCAL": 12, "PENDING": 1888, "IN_FLIGHT": 100},
    "batches": {"ACCEPTED": 30, "BLOCKED_LOCAL": 1, "PENDING": 19, "IN_FLIGHT": 1},
    "batches_left": 20,
    "balance": None,
    "forecast": {
        "deadline_at": "2026-12-23T13:00:00.000Z",
        "earliest_at": "2026-12-21T15:11:30.000Z",
        "likely_at": "2026-12-21T15:12:00.000Z",
        "latest_at": "2026-12-21T15:14:20.000Z",
        "seconds_per_batch": 2.4,
        "schools_at_work": 1,
        "at_risk": False,
        "overdue": False,
    },
    "authority": {"failures_in_a_row": 0, "closed_until": None, "seconds_between_calls": 2.0},
    "hold": None,
    "check": None,
    "time_scale": 1.0,
}


@extend_schema_serializer(examples=[OpenApiExample("a run under way", value=EXAMPLE)])
class RunSerializer(serializers.Serializer[Any]):
    """A run as it stands; every record is in exactly one state."""

    id = serializers.CharField()
    period = serializers.CharField()
    kind = serializers.CharField(help_text="first or correction")
    status = serializers.CharField(help_text=", ".join(one.value for one in RunStatus))
    state = serializers.CharField(help_text="the state of the machine")
    error = serializers.CharField(allow_blank=True)
    started_at = serializers.CharField(help_text="its first execution, from which the law counts")
    began_at = serializers.CharField(help_text="its present execution")
    executions = serializers.IntegerField()
    finished_at = serializers.CharField(allow_null=True)
    next_attempt_at = serializers.CharField(allow_null=True)
    snapshot = serializers.IntegerField(allow_null=True, help_text="null: still being taken")
    frozen = serializers.IntegerField()
    records = serializers.DictField(child=serializers.IntegerField())
    batches = serializers.DictField(child=serializers.IntegerField())
    batches_left = serializers.IntegerField()
    balance = BalanceSerializer(allow_null=True)
    forecast = ForecastSerializer()
    authority = AuthoritySerializer()
    hold = HoldSerializer(allow_null=True)
    check = DailyCheckSerializer(allow_null=True)
    time_scale = serializers.FloatField(help_text="a factor on every wait; 1 in production")


class ListedSerializer(serializers.Serializer[Any]):
    """A run in a list."""

    id = serializers.CharField()
    period = serializers.CharField()
    kind = serializers.CharField()
    status = serializers.CharField()
    state = serializers.CharField()
    error = serializers.CharField(allow_blank=True)
    started_at = serializers.CharField()
    finished_at = serializers.CharField(allow_null=True)


class RunsSerializer(serializers.Serializer[Any]):
    items = ListedSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class StepSerializer(serializers.Serializer[Any]):
    """A state of the machine that the run entered."""

    version = serializers.IntegerField()
    state = serializers.CharField()
    phase = serializers.CharField()
    attempt = serializers.IntegerField()
    note = serializers.CharField(allow_blank=True)
    at = serializers.CharField()


class StepsSerializer(serializers.Serializer[Any]):
    items = StepSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class NextStepSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="a word for programs")
    what_to_do = serializers.CharField(help_text="in the language that was asked for")


class BatchSerializer(serializers.Serializer[Any]):
    """Up to 100 records that are sent together under one key."""

    number = serializers.CharField()
    state = serializers.ChoiceField(STATES)
    records = serializers.DictField(child=serializers.IntegerField())
    attempts = serializers.IntegerField()
    last_answer = serializers.CharField(
        allow_blank=True, help_text="status and known codes, none of the authority's words"
    )
    reason = serializers.CharField(allow_blank=True)
    next_step = NextStepSerializer()


class BatchesSerializer(serializers.Serializer[Any]):
    items = BatchSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class DeadSerializer(serializers.Serializer[Any]):
    """Something that was given up: a batch, or a whole run if `batch` is null."""

    run = serializers.CharField()
    period = serializers.CharField()
    error = serializers.CharField(allow_blank=True)
    batch = BatchSerializer(allow_null=True)
    what_to_do = serializers.CharField()


class DeadLettersSerializer(serializers.Serializer[Any]):
    items = DeadSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class RedrivenSerializer(serializers.Serializer[Any]):
    batches = serializers.IntegerField(help_text="that are sent again, each under its old key")
    run = RunSerializer()


def shown(progress: Progress) -> dict[str, Any]:
    status = progress.status
    run = status.run
    return {
        **listed(run),
        "began_at": clock.stamp(run.began),
        "executions": run.executions,
        "next_attempt_at": _stamp(status.next_attempt),
        "snapshot": status.snapshot,
        "frozen": status.frozen,
        "records": {state.value: number for state, number in status.records.items()},
        "batches": {state.value: number for state, number in status.batches.items()},
        "batches_left": status.left,
        "balance": None if status.balance is None else balance(status.balance),
        "forecast": _forecast(progress.forecast),
        "authority": {
            "failures_in_a_row": progress.failures,
            "closed_until": _stamp(progress.closed_until),
            "seconds_between_calls": progress.interval,
        },
        "check": check(progress.watch),
        "hold": hold(progress.hold),
        "time_scale": run.time_scale,
    }


def listed(run: Run) -> dict[str, Any]:
    return {
        "id": run.id,
        "period": run.period,
        "kind": run.kind.value,
        "status": run.status.value,
        "state": run.execution.state,
        "error": run.execution.error,
        "started_at": clock.stamp(run.started),
        "finished_at": _stamp(run.finished),
    }


def step(one: Step) -> dict[str, Any]:
    return {
        "version": one.version,
        "state": one.state,
        "phase": one.phase,
        "attempt": one.attempt,
        "note": one.note,
        "at": clock.stamp(one.at),
    }


def batch(one: Carried) -> dict[str, Any]:
    return {
        "number": one.line.number,
        "state": one.line.state.value,
        "records": {state.value: number for state, number in one.line.counts.items()},
        "attempts": one.attempts,
        "last_answer": one.answer,
        "reason": one.reason,
        "next_step": {"code": one.next_step.code, "what_to_do": _said(one.next_step)},
    }


def dead(one: Dead) -> dict[str, Any]:
    return {
        "run": one.run.id,
        "period": one.run.period,
        "error": one.run.execution.error,
        "batch": None if one.batch is None else batch(one.batch),
        "what_to_do": _said(one.next_step),
    }


def _said(step: NextStep) -> str:
    return step.advice.said(translation.get_language() or "")


def _forecast(found: Forecast) -> dict[str, Any]:
    return {
        "deadline_at": clock.stamp(found.deadline),
        "earliest_at": _stamp(found.earliest),
        "likely_at": _stamp(found.likely),
        "latest_at": _stamp(found.latest),
        "seconds_per_batch": found.seconds_per_batch,
        "schools_at_work": found.schools,
        "at_risk": found.at_risk,
        "overdue": found.overdue,
    }


def _stamp(at: Any) -> str | None:
    return None if at is None else clock.stamp(at)
