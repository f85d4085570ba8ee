"""The JSON of events. What comes in is read by rules, many times faster than a serializer."""

from __future__ import annotations

from typing import Any

import msgspec
from rest_framework import serializers

from behavior.domain import MOST_QUANTITY, Event

SLUG = r"^[a-z0-9][a-z0-9_-]{0,63}$"
IDENTIFIER = r"^[A-Za-z0-9._~-]{1,64}$"


class SentSerializer(serializers.Serializer[Any]):
    """One event as a client sends it; for the schema."""

    type = serializers.RegexField(SLUG)
    student = serializers.RegexField(IDENTIFIER)
    time = serializers.DateTimeField(help_text="With a zone; at most 5 minutes ahead, 30 days ago.")
    quantity = serializers.IntegerField(min_value=1, max_value=MOST_QUANTITY, default=1)
    source = serializers.RegexField(SLUG, default="app")  # type: ignore[assignment]  # DRF collects it before it can hide Field.source
    metadata = serializers.DictField(default=dict, help_text="At most 8,192 bytes.")
    event_id = serializers.CharField(
        required=False,
        allow_null=True,
        help_text="A UUID of version 7 or a ULID, of the event's time; one id, one event.",
    )


class SentManySerializer(serializers.Serializer[Any]):
    events = serializers.ListField(child=SentSerializer(), min_length=1, max_length=50)


class AcceptedSerializer(serializers.Serializer[Any]):
    event_ids = serializers.ListField(child=serializers.CharField())


class EventSerializer(serializers.Serializer[Any]):
    event_id = serializers.CharField()
    type = serializers.CharField()
    time = serializers.DateTimeField()
    quantity = serializers.IntegerField()
    source = serializers.CharField()  # type: ignore[assignment]  # as above
    metadata = serializers.DictField()
    received = serializers.DateTimeField()


class EventPageSerializer(serializers.Serializer[Any]):
    items = EventSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)


def shown(event: Event) -> dict[str, Any]:
    """An event as a reader sees it."""
    return {
        "event_id": event.id,
        "type": event.type,
        "time": event.time,
        "quantity": event.quantity,
        "source": event.source,
        "metadata": msgspec.json.decode(event.metadata),
        "received": event.received,
    }
