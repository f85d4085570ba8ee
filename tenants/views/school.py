"""The school, its groups, courses and students, to those who may see them."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from luca.api import paging
from luca.api.permissions import Anyone
from luca.api.views import SchoolView
from luca.kernel.ids import GroupId, PeriodId, StudentId, SubjectId
from tenants import services
from tenants.serializers import school as serializers

STAFF = ("teacher", "school_admin")
READ = ("school.read",)
PAGE = [
    OpenApiParameter("limit", int, description="rows of a page, 1 to 100"),
    OpenApiParameter("cursor", str, description="`next_cursor` of the page before"),
]


def _ids(**names: str) -> list[OpenApiParameter]:
    return [
        OpenApiParameter(name, str, OpenApiParameter.PATH, description=text)
        for name, text in names.items()
    ]


def _items(kind: type[Any], items: Any) -> Response:
    return Response({"items": kind(items, many=True).data})


class TheSchool(SchoolView):
    permission_classes = [Anyone(scopes=READ)]

    @extend_schema(
        operation_id="school",
        summary="The caller's school",
        tags=["school"],
        responses=serializers.SchoolSerializer,
    )
    def get(self, _request: Request) -> Response:
        return Response(serializers.SchoolSerializer(services.school_profile()).data)


class Periods(SchoolView):
    permission_classes = [Anyone(scopes=READ)]

    @extend_schema(
        operation_id="periods",
        summary="The periods of the school, by date",
        tags=["school"],
        responses=serializers.PeriodsSerializer,
    )
    def get(self, _request: Request) -> Response:
        return _items(serializers.PeriodSerializer, services.periods())


class Groups(SchoolView):
    permission_classes = [Anyone(*STAFF, scopes=READ)]

    @extend_schema(
        operation_id="groups",
        summary="The groups that the caller teaches; all of them for a school admin",
        tags=["school"],
        responses=serializers.GroupsSerializer,
    )
    def get(self, _request: Request) -> Response:
        return _items(serializers.GroupSerializer, services.visible_groups())


class GroupStudents(SchoolView):
    permission_classes = [Anyone(*STAFF, scopes=("people.read",))]

    @extend_schema(
        operation_id="group_students",
        summary="The students of a group, by id",
        tags=["school"],
        parameters=[*_ids(group="the group's id"), *PAGE],
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
        parameters=[*_ids(subject="the subject's id", period="the period's id"), *PAGE],
        responses=serializers.RosterSerializer,
    )
    def get(self, request: Request, subject: str, period: str) -> Response:
        asked = paging.asked(request, f"roster {subject} {period} {self.caller.person}")
        found, following = services.visible_roster(
            SubjectId(subject), PeriodId(period), limit=asked.limit, start=asked.start
        )
        return asked.answer(serializers.EnrolledSerializer(found, many=True).data, following)


class Student(SchoolView):
    permission_classes = [Anyone(scopes=("people.read",))]

    @extend_schema(
        operation_id="student",
        summary="One student, to those who may see them",
        tags=["school"],
        parameters=_ids(student="the student's id"),
        responses=serializers.StudentSerializer,
    )
    def get(self, _request: Request, student: str) -> Response:
        found = services.visible_student(StudentId(student))
        return Response(serializers.StudentSerializer(found).data)
