"""How the OpenAPI schema describes the JSON of grades. Nothing is read or written with these."""

from typing import Any

from rest_framework import serializers

UP_TO_DATE = "false: there are changes that the official grade does not know yet"


class _Answer(serializers.Serializer[Any]):
    """Base of all descriptions here."""


class EvaluationSerializer(_Answer):
    student = serializers.CharField()
    subject = serializers.CharField()
    period = serializers.CharField()
    assessment = serializers.CharField()
    status = serializers.CharField(help_text="graded, pending, missing, excused or exempt")
    score = serializers.CharField(allow_null=True)
    max = serializers.CharField()
    category = serializers.CharField()
    version = serializers.IntegerField()
    consolidated = serializers.BooleanField(help_text="false: the official grade will follow")
    recorded_at = serializers.DateTimeField()
    recorded_by = serializers.CharField(allow_null=True)
    reason = serializers.CharField(help_text="of the last change")
    submitted_at = serializers.DateTimeField(allow_null=True, help_text="null: in time")
    moved_to = serializers.CharField(
        allow_null=True, help_text="the category in which it counts for this student only"
    )


class PastSerializer(_Answer):
    version = serializers.IntegerField()
    status = serializers.CharField()
    score = serializers.CharField(allow_null=True)
    at = serializers.DateTimeField()
    by = serializers.CharField()
    reason = serializers.CharField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    moved_to = serializers.CharField(allow_null=True)


class EvaluationHistorySerializer(EvaluationSerializer):
    history = PastSerializer(many=True)


class AssessmentSerializer(_Answer):
    id = serializers.CharField()
    name = serializers.CharField()
    type = serializers.CharField()
    category = serializers.CharField()
    max = serializers.CharField()
    weight = serializers.CharField()
    extra_credit = serializers.BooleanField()
    due = serializers.DateTimeField(allow_null=True)
    group = serializers.CharField(allow_null=True, help_text="null: the whole course")
    published = serializers.BooleanField()
    curved = serializers.BooleanField(help_text="the results were adjusted for everybody")
    version = serializers.IntegerField()


class AssessmentsSerializer(_Answer):
    items = AssessmentSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class ChangedAssessmentSerializer(_Answer):
    name = serializers.CharField(required=False, help_text="one line, at most 120 characters")
    type = serializers.CharField(required=False, help_text="default: general")
    category = serializers.CharField(
        required=False, allow_null=True, help_text="null or absent: the type"
    )
    max = serializers.CharField(required=False, help_text="points; default: 100")
    weight = serializers.CharField(required=False, help_text="default: 1")
    extra_credit = serializers.BooleanField(
        required=False, help_text="counts above the line, and not below it"
    )
    due = serializers.DateTimeField(
        required=False, allow_null=True, help_text="with a zone; what is handed in later is late"
    )
    group = serializers.CharField(
        required=False, allow_null=True, help_text="null or absent: the whole course"
    )
    published = serializers.BooleanField(
        required=False, help_text="default: true; if not, it counts nowhere and no family sees it"
    )


class NewAssessmentSerializer(ChangedAssessmentSerializer):
    id = serializers.CharField(required=False, help_text="without one it gets one")


class RowSerializer(_Answer):
    student = serializers.CharField()
    subject = serializers.CharField()
    period = serializers.CharField()
    assessment = serializers.CharField()
    score = serializers.CharField(
        required=False, help_text="a number or a string, from 0 to max; graded needs one"
    )
    type = serializers.CharField(required=False, help_text="defines a new assessment")
    category = serializers.CharField(required=False, help_text="default: the type")
    max = serializers.CharField(required=False, help_text="default of a new assessment: 100")
    weight = serializers.CharField(required=False, help_text="default of a new assessment: 1")
    status = serializers.CharField(
        required=False, help_text="graded (default), pending, missing or exempt"
    )
    submitted_at = serializers.DateTimeField(
        required=False, help_text="when it was handed in, with a zone; after the due date is late"
    )
    reason = serializers.CharField(
        required=False, help_text="with it a school admin records in a closed period"
    )


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
    reason = serializers.CharField()
    score = serializers.CharField(required=False, help_text="graded needs one")
    status = serializers.CharField(required=False, help_text="default: graded")
    submitted_at = serializers.DateTimeField(
        required=False, allow_null=True, help_text="absent: as it was; null: in time"
    )
    version = serializers.IntegerField(required=False, help_text="here or in If-Match")


class ExcuseSerializer(_Answer):
    reason = serializers.CharField()
    version = serializers.IntegerField(
        required=False, help_text="here or in If-Match; 0: nothing is recorded yet"
    )


class VoidSerializer(_Answer):
    reason = serializers.CharField()
    version = serializers.IntegerField(required=False, help_text="here or in If-Match")


class MoveSerializer(VoidSerializer):
    category = serializers.CharField(
        allow_blank=True, help_text="of the rules; empty: the assessment's own"
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


class StandingSerializer(GradeSerializer):
    as_of = serializers.DateTimeField()
    up_to_date = serializers.BooleanField(help_text=UP_TO_DATE)
    pending_evaluations = serializers.IntegerField()
    provisional = ProvisionalSerializer(allow_null=True, help_text="null: it is up to date")


class CourseResultSerializer(_Answer):
    subject = serializers.CharField()
    period = serializers.CharField()
    official = GradeSerializer(allow_null=True)
    provisional = ProvisionalSerializer()
    pending_evaluations = serializers.IntegerField()
    up_to_date = serializers.BooleanField(help_text=UP_TO_DATE)


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
    as_of = serializers.DateTimeField()
    up_to_date = serializers.BooleanField(help_text=UP_TO_DATE)
    provisional = ProvisionalSerializer(allow_null=True, help_text="null: it is up to date")


class EvaluationsSerializer(_Answer):
    items = EvaluationSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class GradesSerializer(_Answer):
    items = StandingSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class ConsolidationSerializer(_Answer):
    period = serializers.CharField(required=False, allow_null=True, help_text="default: all")
    subject = serializers.CharField(required=False, allow_null=True, help_text="default: all")
