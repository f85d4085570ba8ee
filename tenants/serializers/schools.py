"""The JSON of the platform's schools: their profiles and nothing else."""

from typing import Any

from rest_framework import serializers

from luca.kernel.ids import SCHOOL
from tenants.serializers.strict import Strict


class ListedSchoolSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()
    time_zone = serializers.CharField()


class ListedSchoolsSerializer(serializers.Serializer[Any]):
    items = ListedSchoolSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class ProfileSerializer(ListedSchoolSerializer):
    cct = serializers.CharField()
    language = serializers.CharField()


class SchoolProfileSerializer(ProfileSerializer):
    warnings = serializers.ListField(
        child=serializers.CharField(), help_text="what is odd, and no reason to refuse it"
    )


class ChangeProfileSerializer(Strict):
    """What is absent stays. Whether staff need an app to sign in is the school's own business."""

    name = serializers.CharField(max_length=200, required=False)
    cct = serializers.CharField(max_length=10, required=False, allow_blank=True)
    time_zone = serializers.CharField(max_length=64, required=False)
    language = serializers.CharField(max_length=8, required=False)


class NewSchoolSerializer(ChangeProfileSerializer):
    """A school keeps its id for good: every one of its keys begins with it."""

    id = serializers.RegexField(SCHOOL, max_length=63, help_text="a-z, 0-9, _ and -")
    name = serializers.CharField(max_length=200)
