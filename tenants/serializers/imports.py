"""The JSON of imported tables, out."""

from typing import Any

from rest_framework import serializers


class RowFaultSerializer(serializers.Serializer[Any]):
    line = serializers.IntegerField(help_text="of the file, as an editor counts")
    column = serializers.CharField(help_text="as the file heads it; empty: the whole row")
    message = serializers.CharField(help_text="in the language of Accept-Language")


class ImportSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField()
    new = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    refused = serializers.IntegerField(help_text="rows with faults")
    written = serializers.BooleanField(help_text="false for a dry run")
    faults = RowFaultSerializer(many=True)
