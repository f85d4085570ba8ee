"""The school, its groups, courses and students, to those who may see them."""

from typing import Any

from django.utils import translation
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from luca.api import paging
from luca.api.permissions import Anyone
from luca.api.views import SchoolView
from luca.kernel.ids import GroupId, PeriodId, SubjectId
from tenants import services
from tenants.domain import Group, Period
from tenants.rules.wording import said
from tenants.serializers import arranging
from tenants.serializers import school as serializers
from tenants.serializers.strict import changes, given

STAFF = ("teacher", "school_admin")
OFFICE: list[Any] = [
    Anyone("school_admin", scopes=("people.write",))
]  # who changes people and groups
READ = ("school.read",)


def ids(**names: str) -> list[OpenApiParameter]:
    return [
        OpenApiParameter(name, str, OpenApiParameter.PATH, description=text)
        for name, text in names.items()
    ]


def _items(kind: type[Any], items: Any) -> Response:
    return Response({"items": kind(items, many=True).data})


class TheSchool(SchoolView):
    permission_classes = [Anyone(scopes=READ)]
    changing_classes = [Anyone("school_admin")]

    @extend_schema(
        operation_id="school",
        summary="The caller's school",
        tags=["school"],
        responses=serializers.SchoolSerializer,
    )
    def get(self, _request: Request) -> Response:
        return Response(serializers.SchoolSerializer(services.school_profile()).data)

    @extend_schema(
        operation_id="school_change",
        summary="Change the school's profile",
        description="The check letter of a CCT only warns: its rule is derived, not official.",
        tags=["school"],
        request=arranging.ChangeSchoolSerializer,
        responses=arranging.ChangedSchoolSerializer,
    )
    def patch(self, request: Request) -> Response:
        school = services.change_school(changes(arranging.ChangeSchoolSerializer, request))
        language = translation.get_language() or ""
        warnings = [said(one, language) for one in services.doubts(school)]
        data = serializers.SchoolSerializer(school).data
        return Response({**data, "warnings": warnings})


class Periods(SchoolView):
    permission_classes = [Anyone(scopes=READ)]
    changing_classes = [Anyone("school_admin")]

    @extend_schema(
        operation_id="periods",
        summary="The periods of the school, by date",
        tags=["school"],
        responses=serializers.PeriodsSerializer,
    )
    def get(self, _request: Request) -> Response:
        return _items(serializers.PeriodSerializer, services.periods())

    @extend_schema(
        operation_id="period_create",
        summary="Add a period",
        tags=["school"],
        request=arranging.NewPeriodSerializer,
        responses={201: serializers.PeriodSerializer},
    )
    def post(self, request: Request) -> Response:
        period = services.create_period(Period(**given(arranging.NewPeriodSerializer, request)))
        return Response(serializers.PeriodSerializer(period).data, status=201)


class OnePeriod(SchoolView):
    permission_classes = [Anyone("school_admin")]

    @extend_schema(
        operation_id="period_change",
        summary="Change the name or the dates of an open period",
        tags=["school"],
        parameters=ids(period="the period's id"),
        request=arranging.ChangePeriodSerializer,
        responses=serializers.PeriodSerializer,
    )
    def patch(self, request: Request, period: str) -> Response:
        fields = changes(arranging.ChangePeriodSerializer, request)
        changed = services.change_period(PeriodId(period), fields)
        return Response(serializers.PeriodSerializer(changed).data)


class Groups(SchoolView):
    permission_classes = [Anyone(*STAFF, scopes=READ)]
    changing_classes = OFFICE

    @extend_schema(
        operation_id="groups",
        summary="The groups that the caller teaches; all of them for a school admin",
        tags=["school"],
        responses=serializers.GroupsSerializer,
    )
    def get(self, _request: Request) -> Response:
        return _items(serializers.GroupSerializer, services.visible_groups())

    @extend_schema(
        operation_id="group_create",
        summary="Add a group",
        tags=["school"],
        request=arranging.NewGroupSerializer,
        responses={201: serializers.GroupSerializer},
    )
    def post(self, request: Request) -> Response:
        group = services.create_group(Group(**given(arranging.NewGroupSerializer, request)))
        return Response(serializers.GroupSerializer(group).data, status=201)


class GroupStudents(SchoolView):
    permission_classes = [Anyone(*STAFF, scopes=("people.read",))]

    @extend_schema(
        operation_id="group_students",
        summary="The students of a group, by id",
        tags=["school"],
        parameters=[*ids(group="the group's id"), *paging.PARAMETERS],
        responses=serializers.StudentsSerializer,
    )
    def get(self, request: Request, group: str) -> Response:
        asked = paging.asked(request, f"members {group} {self.caller.person}")
        found, following = services.members_of(GroupId(group), limit=asked.limit, start=asked.start)
        return asked.answer(serializers.StudentSerializer(found, many=True).data, following)


class Courses(SchoolView):
    permission_classes = [Anyone(scopes=READ)]

    @extend_schema(
        operation_id="courses",
        summary="The caller's courses: taught or attended; all of them for a school admin",
        tags=["school"],
        responses=serializers.CoursesSerializer,
    )
    def get(self, _request: Request) -> Response:
        return _items(serializers.CourseSerializer, services.visible_courses())


class Roster(SchoolView):
    permission_classes = [Anyone(*STAFF, scopes=("people.read",))]

    @extend_schema(
        operation_id="roster",
        summary="Who is enrolled in a course; teachers see the groups they teach it to",
        description="A page may be shorter than its limit although more follow: only "
        "`next_cursor` says whether it is the last.",
        tags=["school"],
        parameters=[*ids(subject="the subject's id", period="the period's id"), *paging.PARAMETERS],
        responses=serializers.RosterSerializer,
    )
    def get(self, request: Request, subject: str, period: str) -> Response:
        asked = paging.asked(request, f"roster {subject} {period} {self.caller.person}")
        found, following = services.visible_roster(
            SubjectId(subject), PeriodId(period), limit=asked.limit, start=asked.start
        )
        return asked.answer(serializers.EnrolledSerializer(found, many=True).data, following)
