"""The JSON of schools and people, out."""

from typing import Any

from rest_framework import serializers


class SchoolSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()
    cct = serializers.CharField()
    time_zone = serializers.CharField()
    language = serializers.CharField()
    staff_totp = serializers.BooleanField(
        help_text="whether staff must sign in with a code of an authenticator app"
    )


class PeriodSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()
    starts = serializers.DateField()
    ends = serializers.DateField()
    state = serializers.ChoiceField(choices=["open", "closing", "closed"])


class GroupSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()


class CourseSerializer(serializers.Serializer[Any]):
    subject = serializers.CharField()
    period = serializers.CharField()


class StudentSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    given_name = serializers.CharField()
    family_name = serializers.CharField()
    external_id = serializers.CharField()
    status = serializers.CharField(help_text="active or left")


class EnrolledSerializer(serializers.Serializer[Any]):
    student = StudentSerializer()
    group = serializers.CharField()


class GroupsSerializer(serializers.Serializer[Any]):
    items = GroupSerializer(many=True)


class CoursesSerializer(serializers.Serializer[Any]):
    items = CourseSerializer(many=True)


class PeriodsSerializer(serializers.Serializer[Any]):
    items = PeriodSerializer(many=True)


class StudentsSerializer(serializers.Serializer[Any]):
    items = StudentSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class RosterSerializer(serializers.Serializer[Any]):
    items = EnrolledSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)
