"""The JSON of xAPI, for the schema. What comes in is read by rules."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class XapiAccountSerializer(serializers.Serializer[Any]):
    homePage = serializers.CharField(required=False, help_text="Ignored.")  # noqa: N815 -- xAPI's spelling
    name = serializers.RegexField(r"^[A-Za-z0-9._~-]{1,64}$", help_text="The student's id.")


class XapiActorSerializer(serializers.Serializer[Any]):
    objectType = serializers.ChoiceField(["Agent"], required=False)  # noqa: N815 -- xAPI's spelling
    account = XapiAccountSerializer()


class XapiVerbSerializer(serializers.Serializer[Any]):
    id = serializers.CharField(help_text="An IRI; docs/xapi.md says what each becomes.")


class XapiActivitySerializer(serializers.Serializer[Any]):
    objectType = serializers.ChoiceField(["Activity"], required=False)  # noqa: N815 -- xAPI's spelling
    id = serializers.CharField(help_text="An IRI.")
    definition = serializers.DictField(required=False)


class StatementSerializer(serializers.Serializer[Any]):
    """One statement of xAPI 1.0.3 about what one student did with one activity."""

    id = serializers.UUIDField(required=False)
    actor = XapiActorSerializer()
    verb = XapiVerbSerializer()
    object = XapiActivitySerializer()
    result = serializers.DictField(required=False)
    context = serializers.DictField(required=False)  # type: ignore[assignment]  # DRF collects it before it can hide Field.context
    timestamp = serializers.DateTimeField(
        required=False,
        help_text="With a zone; at most 5 minutes ahead, 30 days ago. Required if there is an id.",
    )


class XapiAboutSerializer(serializers.Serializer[Any]):
    version = serializers.ListField(child=serializers.CharField())
