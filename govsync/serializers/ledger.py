"""Records and causes as JSON: ids and codes, never a name or a CURP."""

from dataclasses import asdict
from typing import Any

from rest_framework import serializers

from govsync.domain import Record
from govsync.rules import Cause
from govsync.services.differing import Discrepancies
from luca.kernel import clock


class CauseSerializer(serializers.Serializer[Any]):
    """What several records have in common, and what to do about all of them at once."""

    state = serializers.CharField()
    code = serializers.CharField()
    subject = serializers.CharField(
        allow_blank=True, help_text="empty unless the subject itself is the cause"
    )
    records = serializers.IntegerField()
    sample = serializers.ListField(child=serializers.CharField(), help_text="ids of records")
    what_to_do = serializers.CharField(help_text="in the language of Accept-Language")


class CausesSerializer(serializers.Serializer[Any]):
    items = CauseSerializer(many=True)


class TransitionSerializer(serializers.Serializer[Any]):
    state = serializers.CharField()
    at = serializers.CharField()
    attempt = serializers.IntegerField()
    reason = serializers.CharField(allow_blank=True)


class RecordSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    batch = serializers.CharField()
    student = serializers.CharField(help_text="the school's own id")
    subject = serializers.CharField()
    grade_version = serializers.IntegerField()
    revision = serializers.CharField(allow_blank=True)
    state = serializers.CharField()
    reason = serializers.CharField(allow_blank=True)
    history = TransitionSerializer(many=True)


class RecordsSerializer(serializers.Serializer[Any]):
    items = RecordSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class DiscrepancySerializer(serializers.Serializer[Any]):
    kind = serializers.CharField(
        help_text="missing; other_revision; older_revision; unknown; foreign: held there and never "
        "sent; arrived: given up, and held there all the same; withdrawn: taken back, and held "
        "still"
    )
    record = serializers.CharField()
    batch = serializers.CharField(allow_blank=True)
    student = serializers.CharField(allow_blank=True)
    subject = serializers.CharField(allow_blank=True)
    run = serializers.CharField(allow_blank=True, help_text="which of ours sent it last")


class DiscrepanciesSerializer(serializers.Serializer[Any]):
    read_back_at = serializers.CharField(allow_null=True, help_text="null: not yet")
    items = DiscrepancySerializer(many=True)


def discrepancies(found: Discrepancies) -> dict[str, Any]:
    return {
        "read_back_at": None if found.at is None else clock.stamp(found.at),
        "items": [asdict(one) for one in found.items],
    }


def cause(one: Cause, language: str) -> dict[str, Any]:
    return {
        "state": one.state.value,
        "code": one.code,
        "subject": one.subject,
        "records": one.records,
        "sample": one.sample,
        "what_to_do": one.advice.said(language),
    }


def record(batch: str, one: Record) -> dict[str, Any]:
    return {
        "id": one.id,
        "batch": batch,
        "student": one.student,
        "subject": one.subject,
        "grade_version": one.grade_version,
        "revision": one.revision,
        "state": one.state.value,
        "reason": one.reason,
        "history": [
            {
                "state": entry.state.value,
                "at": clock.stamp(entry.at),
                "attempt": entry.attempt,
                "reason": entry.reason,
            }
            for entry in one.history
        ],
    }
