"""Old events as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rest_framework import serializers

if TYPE_CHECKING:
    from behavior.domain import Event


class PastEventSerializer(serializers.Serializer[Any]):
    event_id = serializers.CharField()
    type = serializers.CharField()
    time = serializers.DateTimeField()
    quantity = serializers.IntegerField()
    source = serializers.CharField()  # type: ignore[assignment]  # a field's own word is hidden
    metadata = serializers.DictField()
    received = serializers.DateTimeField()


class PastEventPageSerializer(serializers.Serializer[Any]):
    items = PastEventSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)


def shown(event: Event) -> dict[str, Any]:
    """As the list of the last 30 days shows an event."""
    return {
        "event_id": event.id,
        "type": event.type,
        "time": event.time,
        "quantity": event.quantity,
        "source": event.source,
        "metadata": json.loads(event.metadata),
        "received": event.received,
    }
