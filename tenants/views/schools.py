"""The schools of the platform, for its own people: names and profiles, and nobody in them."""

from typing import Any

from django.utils import translation
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from luca.api import idempotency, paging
from luca.api.permissions import Anyone
from luca.api.views import SchoolView
from tenants import services
from tenants.domain import School
from tenants.rules.wording import said
from tenants.serializers import schools as serializers
from tenants.serializers.strict import changes, given
from tenants.views.school import ids

PLATFORM: list[Any] = [Anyone("platform_admin")]
KEY = OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)


class Schools(SchoolView):
    permission_classes = PLATFORM

    @extend_schema(
        operation_id="schools",
        summary="The schools of the platform, by id",
        tags=["platform"],
        parameters=paging.PARAMETERS,
        responses=serializers.ListedSchoolsSerializer,
    )
    def get(self, request: Request) -> Response:
        asked = paging.asked(request, "schools")
        found, following = services.schools_page(limit=asked.limit, start=asked.start)
        return asked.answer(serializers.ListedSchoolSerializer(found, many=True).data, following)

    @extend_schema(
        operation_id="school_create",
        summary="Add a school",
        description="Repeating it changes nothing; 409 when the id is another school's. The check "
        "letter of a CCT only warns: its rule is derived, not official.",
        tags=["platform"],
        parameters=[KEY],
        request=serializers.NewSchoolSerializer,
        responses={201: serializers.SchoolProfileSerializer},
    )
    def post(self, request: Request) -> Any:
        wanted = School(**given(serializers.NewSchoolSerializer, request))
        return idempotency.once(request, lambda: self._created(wanted))

    def _created(self, wanted: School) -> Response:
        school = services.create_school(wanted)
        return Response(_profile(school), status=201, headers={"Location": f"/schools/{school.id}"})


class OneSchool(SchoolView):
    permission_classes = PLATFORM

    @extend_schema(
        operation_id="school_profile",
        summary="A school's profile",
        tags=["platform"],
        parameters=ids(school="the school's id"),
        responses=serializers.SchoolProfileSerializer,
    )
    def get(self, _request: Request, school: str) -> Response:
        return Response(_profile(services.school_named(school)))

    @extend_schema(
        operation_id="school_profile_change",
        summary="Change a school's profile",
        description="It stands in the school's own audit log.",
        tags=["platform"],
        parameters=ids(school="the school's id"),
        request=serializers.ChangeProfileSerializer,
        responses=serializers.SchoolProfileSerializer,
    )
    def patch(self, request: Request, school: str) -> Response:
        fields = changes(serializers.ChangeProfileSerializer, request)
        return Response(_profile(services.change_school_named(school, fields)))


def _profile(school: School) -> dict[str, Any]:
    language = translation.get_language() or ""
    warnings = [said(one, language) for one in services.doubts(school)]
    return {**serializers.ProfileSerializer(school).data, "warnings": warnings}
