"""The JSON of people, as the office of a school reads and writes them."""

from typing import Any

from rest_framework import serializers

from luca.kernel.ids import ID
from tenants.serializers.strict import Strict

ROLES = ["student", "teacher", "guardian"]


class OfficePersonSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    given_name = serializers.CharField()
    family_name = serializers.CharField()
    external_id = serializers.CharField()
    email = serializers.CharField()
    status = serializers.CharField(help_text="active or left")
    left_on = serializers.DateField(allow_null=True)
    version = serializers.IntegerField(help_text="also in `ETag`; for `If-Match`")


class OfficeStudentSerializer(OfficePersonSerializer):
    curp = serializers.CharField(help_text="for school admins; empty to everybody else")


class OfficeGuardianSerializer(OfficePersonSerializer):
    children = serializers.ListField(child=serializers.CharField(), help_text="students' ids")


class NewPersonSerializer(Strict):
    id = serializers.RegexField(
        ID, required=False, help_text="letters, digits or . _ ~ -; made up when absent"
    )
    given_name = serializers.CharField(max_length=200)
    family_name = serializers.CharField(max_length=200, required=False, allow_blank=True)
    external_id = serializers.CharField(max_length=400, required=False, allow_blank=True)
    email = serializers.CharField(max_length=254, required=False, allow_blank=True)


class NewStudentSerializer(NewPersonSerializer):
    curp = serializers.CharField(max_length=18, required=False, allow_blank=True)


class NewGuardianSerializer(NewPersonSerializer):
    children = serializers.ListField(child=serializers.CharField(max_length=64), required=False)


class _Changing(Strict):
    given_name = serializers.CharField(max_length=200, required=False)
    family_name = serializers.CharField(max_length=200, required=False, allow_blank=True)
    external_id = serializers.CharField(max_length=400, required=False, allow_blank=True)
    email = serializers.CharField(max_length=254, required=False, allow_blank=True)
    left_on = serializers.DateField(
        required=False, allow_null=True, help_text="the day they left; null takes them back"
    )


class ChangePersonSerializer(_Changing):
    """What may be changed; what is absent stays."""


class ChangeStudentSerializer(_Changing):
    """What may be changed; what is absent stays."""

    curp = serializers.CharField(max_length=18, required=False, allow_blank=True)


class FoundPersonSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    role = serializers.ChoiceField(choices=ROLES)
    given_name = serializers.CharField()
    family_name = serializers.CharField()
    status = serializers.CharField(help_text="active or left")


class SearchSerializer(Strict):
    q = serializers.CharField(
        max_length=400, trim_whitespace=False, help_text="for example `nunez jos`"
    )
    role = serializers.ChoiceField(choices=ROLES, default="student")


class LookupSerializer(Strict):
    """Exactly one of them."""

    email = serializers.CharField(max_length=254, required=False)
    curp = serializers.CharField(max_length=18, required=False)
    external_id = serializers.CharField(max_length=400, required=False)

    def validate(self, attrs: dict[str, str]) -> dict[str, str]:
        if len(attrs) != 1:
            raise serializers.ValidationError("Give one of email, curp and external_id.")
        return attrs


class EnrolmentChangeSerializer(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    move = serializers.ChoiceField(choices=["enrolled", "moved", "withdrawn"])
    subject = serializers.CharField()
    period = serializers.CharField()
    group = serializers.CharField(allow_null=True)
    before = serializers.CharField(allow_null=True)
    by = serializers.CharField(allow_null=True, help_text="who did it; null: Luca, for an import")


class _Page(serializers.Serializer[Any]):
    next_cursor = serializers.CharField(allow_null=True)


class OfficeStudentsSerializer(_Page):
    items = OfficeStudentSerializer(many=True)


class OfficePeopleSerializer(_Page):
    items = OfficePersonSerializer(many=True)


class FoundPeopleSerializer(_Page):
    items = FoundPersonSerializer(many=True)


class LookedUpSerializer(serializers.Serializer[Any]):
    items = FoundPersonSerializer(many=True)


class StudentGuardiansSerializer(serializers.Serializer[Any]):
    items = OfficePersonSerializer(many=True)


class EnrolmentHistorySerializer(_Page):
    items = EnrolmentChangeSerializer(many=True)
