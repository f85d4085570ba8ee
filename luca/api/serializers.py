"""The JSON of health."""

from typing import Any

from rest_framework import serializers


class HealthSerializer(serializers.Serializer[Any]):
    status = serializers.ChoiceField(choices=["ok", "failing"])
    version = serializers.CharField()


class ReadinessSerializer(serializers.Serializer[Any]):
    status = serializers.ChoiceField(choices=["ok", "failing"])
    parts = serializers.DictField(child=serializers.ChoiceField(choices=["ok", "failing"]))
