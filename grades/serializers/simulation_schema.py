"""How the OpenAPI schema describes simulations. Nothing is read or written with these."""

from typing import Any

from rest_framework import serializers

from luca.api.jobs import JobSerializer


class _Answer(serializers.Serializer[Any]):
    """Base of the schema's descriptions here."""


class NewSimulationSerializer(_Answer):
    period = serializers.CharField(help_text="an open one")
    rules = serializers.DictField(help_text="the fields of docs/grades.md")


class ShownSerializer(_Answer):
    score = serializers.CharField(allow_null=True)
    verdict = serializers.CharField()
    letter = serializers.CharField(allow_null=True)


class ComparisonSerializer(_Answer):
    student = serializers.CharField()
    before = ShownSerializer()
    after = ShownSerializer()
    difference = serializers.CharField(allow_null=True)
    changed = serializers.BooleanField()
    crossed = serializers.CharField(allow_null=True, help_text="up, down or null")


class ReportSerializer(_Answer):
    subject = serializers.CharField()
    period = serializers.CharField()
    as_of = serializers.DateTimeField()
    rules = serializers.DictField(help_text="before and after: version and rules")
    summary = serializers.DictField()


class SimulationSerializer(_Answer):
    job = JobSerializer()
    report = ReportSerializer(allow_null=True, help_text="null until the job is done")
    items = ComparisonSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)
