"""How the OpenAPI schema describes report cards and lists."""

from typing import Any

from rest_framework import serializers


class _Answer(serializers.Serializer[Any]):
    """Base of all descriptions here."""


class CardSchoolSerializer(_Answer):
    name = serializers.CharField()
    cct = serializers.CharField(allow_null=True)
    cct_doubtful = serializers.BooleanField(help_text="the code does not look like a CCT")


class CardStudentSerializer(_Answer):
    id = serializers.CharField()
    name = serializers.CharField()
    curp = serializers.CharField(allow_null=True)


class CardPeriodSerializer(_Answer):
    id = serializers.CharField()
    name = serializers.CharField()
    starts = serializers.DateField()
    ends = serializers.DateField()
    state = serializers.CharField(help_text="open, closing or closed")


class CardLineSerializer(_Answer):
    subject = serializers.CharField()
    name = serializers.CharField(help_text="what people call it; without a name its id")
    score = serializers.CharField(allow_null=True, help_text="the consolidated grade")
    letter = serializers.CharField(allow_null=True)
    verdict = serializers.CharField(help_text="passed, failed or undefined")
    standing = serializers.CharField(help_text="official, provisional or missing")
    rounding = serializers.CharField(allow_null=True, help_text="truncate or half_up")
    rounding_note = serializers.CharField(allow_null=True)
    version = serializers.IntegerField()
    as_of = serializers.DateTimeField(allow_null=True)


class ReportCardSerializer(_Answer):
    school = CardSchoolSerializer()
    student = CardStudentSerializer()
    groups = serializers.ListField(child=serializers.CharField())
    period = CardPeriodSerializer()
    official = serializers.BooleanField(help_text="closed, and every grade knows every result")
    date = serializers.DateField()
    subjects = CardLineSerializer(many=True)


class ReportCardsWantedSerializer(_Answer):
    period = serializers.CharField()
    student = serializers.CharField(required=False, help_text="this or `group`")
    group = serializers.CharField(required=False)
    language = serializers.ChoiceField(
        choices=["es-MX", "en"], required=False, help_text="default: of the request"
    )


class IfSerializer(_Answer):
    score = serializers.CharField(allow_null=True)
    verdict = serializers.CharField()


class DecisiveSerializer(_Answer):
    assessment = serializers.CharField()
    open = serializers.BooleanField(help_text="not due yet")
    if_full = IfSerializer()
    if_zero = IfSerializer()


class BoundaryRowSerializer(_Answer):
    student = serializers.CharField()
    name = serializers.CharField()
    subject = serializers.CharField()
    score = serializers.CharField(help_text="the consolidated grade")
    exact = serializers.CharField(help_text="a fraction: what it was before rounding")
    exact_decimal = serializers.CharField(help_text="the same, cut after six places")
    min_passing = serializers.CharField()
    verdict = serializers.CharField()
    hangs_on = serializers.ListField(
        child=serializers.CharField(), help_text="rounding, last_place, item"
    )
    items = DecisiveSerializer(many=True)
    version = serializers.IntegerField()
    as_of = serializers.DateTimeField()


class BoundarySerializer(_Answer):
    items = BoundaryRowSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)
