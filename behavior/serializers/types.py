"""The JSON of event types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from rest_framework import serializers

from behavior.rules import LONGEST_LABEL, SCHEMA_LIMIT

if TYPE_CHECKING:
    from behavior.domain import EventType

EXAMPLE = "JSON Schema of draft 2020-12 for an object; see docs/event-types.md."


class Labels(msgspec.Struct, forbid_unknown_fields=True):
    es: str
    en: str


class NewType(msgspec.Struct, forbid_unknown_fields=True):
    """The whole of a type: what is left out is as if it were new."""

    labels: Labels
    schema: dict[str, Any] = msgspec.field(default_factory=lambda: {"type": "object"})
    active: bool = True


class LabelsSerializer(serializers.Serializer[Any]):
    es = serializers.CharField(max_length=LONGEST_LABEL)
    en = serializers.CharField(max_length=LONGEST_LABEL)


class NewTypeSerializer(serializers.Serializer[Any]):
    labels = LabelsSerializer()
    schema = serializers.DictField(
        required=False,
        help_text=f"{EXAMPLE} {SCHEMA_LIMIT:,} bytes at most; without it any object is taken",
    )
    active = serializers.BooleanField(
        default=True, help_text="false: events of this type are refused"
    )


class TypeSerializer(serializers.Serializer[Any]):
    type = serializers.CharField()
    labels = LabelsSerializer()
    schema = serializers.DictField(help_text=EXAMPLE)
    active = serializers.BooleanField()
    built_in = serializers.BooleanField(help_text="every school has it")
    version = serializers.IntegerField(help_text="0: as every school has it")


class TypesSerializer(serializers.Serializer[Any]):
    items = TypeSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)


def shown(one: EventType) -> dict[str, Any]:
    return {
        "type": one.name,
        "labels": {"es": one.es, "en": one.en},
        "schema": msgspec.json.decode(one.schema),
        "active": one.active,
        "built_in": one.built_in,
        "version": one.version,
    }
