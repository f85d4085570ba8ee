"""The JSON with which an office arranges groups, teaching, enrolments and periods."""

from typing import Any

from rest_framework import serializers

from luca.kernel.ids import ID
from tenants.serializers.school import SchoolSerializer
from tenants.serializers.strict import Strict

MOST = 100  # enrolments of one request


class NewGroupSerializer(Strict):
    id = serializers.RegexField(ID)
    name = serializers.CharField(max_length=200)


class RenameGroupSerializer(Strict):
    name = serializers.CharField(max_length=200)


class NewPeriodSerializer(Strict):
    id = serializers.RegexField(ID)
    name = serializers.CharField(max_length=200)
    starts = serializers.DateField()
    ends = serializers.DateField()


class ChangePeriodSerializer(Strict):
    """What is absent stays. A period is closed by consolidating it for good, not here."""

    name = serializers.CharField(max_length=200, required=False)
    starts = serializers.DateField(required=False)
    ends = serializers.DateField(required=False)


class ChangeSchoolSerializer(Strict):
    """What is absent stays."""

    name = serializers.CharField(max_length=200, required=False)
    cct = serializers.CharField(max_length=10, required=False, allow_blank=True)
    time_zone = serializers.CharField(max_length=64, required=False)
    language = serializers.CharField(max_length=8, required=False)
    staff_totp = serializers.BooleanField(required=False)


class ChangedSchoolSerializer(SchoolSerializer):
    warnings = serializers.ListField(
        child=serializers.CharField(), help_text="what is odd, and no reason to refuse it"
    )


class NewEnrolmentSerializer(Strict):
    student = serializers.RegexField(ID)
    group = serializers.RegexField(ID)


class NewEnrolmentsSerializer(Strict):
    items = serializers.ListField(child=NewEnrolmentSerializer(), min_length=1, max_length=MOST)


class EnrolledCountSerializer(serializers.Serializer[Any]):
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()


class TeachingSerializer(serializers.Serializer[Any]):
    subject = serializers.CharField()
    teacher = serializers.CharField()


class TeachingsSerializer(serializers.Serializer[Any]):
    items = TeachingSerializer(many=True)
