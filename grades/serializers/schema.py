"""How the OpenAPI schema describes the JSON of grades. Nothing is read or written with these."""

from typing import Any

from rest_framework import serializers


class _Answer(serializers.Serializer[Any]):
    """Base of all descriptions here."""


class EvaluationSerializer(_Answer):
    student = serializers.CharField()
    subject = serializers.CharField()
    period = serializers.CharField()
    assessment = serializers.CharField()
    status = serializers.CharField(help_text="graded, pending, missing or excused")
    score = serializers.CharField(allow_null=True)
    max = serializers.CharField()
    category = serializers.CharField()
    version = serializers.IntegerField()
    consolidated = serializers.BooleanField(help_text="false: the official grade will follow")
    recorded_at = serializers.DateTimeField()
    recorded_by = serializers.CharField(allow_null=True)
    reason = serializers.CharField(help_text="of the last change")


class PastSerializer(_Answer):
    version = serializers.IntegerField()
    status = serializers.CharField()
    score = serializers.CharField(allow_null=True)
    at = serializers.DateTimeField()
    by = serializers.CharField()
    reason = serializers.CharField()


class EvaluationHistorySerializer(EvaluationSerializer):
    history = PastSerializer(many=True)


class RowSerializer(_Answer):
    student = serializers.CharField()
    subject = serializers.CharField()
    period = serializers.CharField()
    assessment = serializers.CharField()
    score = serializers.CharField(help_text="a number or a string, from 0 to max")
    type = serializers.CharField(required=False, help_text="defines a new assessment")
    category = serializers.CharField(required=False, help_text="default: the type")
    max = serializers.CharField(required=False, help_text="default of a new assessment: 100")
    weight = serializers.CharField(required=False, help_text="default of a new assessment: 1")


class RowsSerializer(_Answer):
    evaluations = RowSerializer(many=True)


class OutcomeSerializer(_Answer):
    index = serializers.IntegerField()
    status = serializers.IntegerField(help_text="201, 200 (it was there already) or 4xx")
    code = serializers.CharField(required=False)
    detail = serializers.CharField(required=False)
    errors = serializers.ListField(  # type: ignore[assignment]  # DRF takes fields out of the class
        child=serializers.DictField(), required=False
    )
    evaluation = EvaluationSerializer(required=False)


class OutcomesSerializer(_Answer):
    results = OutcomeSerializer(many=True)


class ChangeSerializer(_Answer):
    score = serializers.CharField()
    reason = serializers.CharField()
    version = serializers.IntegerField(required=False, help_text="here or in If-Match")


class ExcuseSerializer(_Answer):
    reason = serializers.CharField()
    version = serializers.IntegerField(
        required=False, help_text="here or in If-Match; 0: nothing is recorded yet"
    )


class GradeSerializer(_Answer):
    student = serializers.CharField()
    subject = serializers.CharField()
    period = serializers.CharField()
    score = serializers.CharField(allow_null=True, help_text="the published one; null: undefined")
    current = serializers.CharField(allow_null=True)
    final = serializers.CharField(allow_null=True)
    verdict = serializers.CharField(help_text="passed, failed or undefined")
    published = serializers.CharField(help_text="current or final")
    evaluations_count = serializers.IntegerField()
    last_calculated = serializers.DateTimeField()
    version = serializers.IntegerField()


class ProvisionalSerializer(_Answer):
    score = serializers.CharField(allow_null=True)
    current = serializers.CharField(allow_null=True)
    final = serializers.CharField(allow_null=True)
    verdict = serializers.CharField()
    evaluations_count = serializers.IntegerField()
    flags = serializers.ListField(child=serializers.CharField())


class CourseResultSerializer(_Answer):
    subject = serializers.CharField()
    period = serializers.CharField()
    official = GradeSerializer(allow_null=True)
    provisional = ProvisionalSerializer()
    pending_evaluations = serializers.IntegerField()


class ProfileSerializer(_Answer):
    student = serializers.CharField()
    name = serializers.CharField()
    period = serializers.CharField()
    as_of = serializers.DateTimeField()
    courses = CourseResultSerializer(many=True)


class VersionSerializer(_Answer):
    version = serializers.IntegerField()
    score = serializers.CharField(allow_null=True)
    current = serializers.CharField(allow_null=True)
    final = serializers.CharField(allow_null=True)
    published = serializers.CharField()
    calculated = serializers.DateTimeField()
    trace = serializers.DictField()
    trace_hash = serializers.CharField()


class VersionsSerializer(_Answer):
    items = VersionSerializer(many=True)


class ExplanationSerializer(VersionSerializer):
    version = serializers.IntegerField(allow_null=True, help_text="null: provisional")
    sentences = serializers.ListField(child=serializers.CharField())


class EvaluationsSerializer(_Answer):
    items = EvaluationSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class GradesSerializer(_Answer):
    items = GradeSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)
