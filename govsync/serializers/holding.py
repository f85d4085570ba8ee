"""The JSON of a hold."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from govsync.domain import Hold, HoldReason
from luca.kernel import clock

EXAMPLE = {"since": "2026-12-21T15:10:42.000Z", "reason": "unauthorized", "by": ""}


class HoldSerializer(serializers.Serializer[Any]):
    """Why nothing of the school is sent, and no run begins."""

    since = serializers.CharField()
    reason = serializers.ChoiceField([one.value for one in HoldReason])
    by = serializers.CharField(allow_blank=True, help_text="a person's id; empty: Luca itself")


@extend_schema_serializer(examples=[OpenApiExample("refused credentials", value={"hold": EXAMPLE})])
class HeldSerializer(serializers.Serializer[Any]):
    hold = HoldSerializer(allow_null=True)


class ResumedSerializer(serializers.Serializer[Any]):
    runs = serializers.ListField(child=serializers.CharField(), help_text="that go on")


def hold(found: Hold | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"since": clock.stamp(found.since), "reason": found.reason.value, "by": found.by}
