"""Groups, who is in them, who teaches them, and enrolments: for a school's office."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from luca.api.permissions import Anyone
from luca.api.views import SchoolView
from luca.kernel.ids import GroupId, PeriodId, StudentId, SubjectId, TeacherId
from tenants import services
from tenants.domain import Enrolment
from tenants.serializers import arranging as serializers
from tenants.serializers import school
from tenants.serializers.strict import given
from tenants.views.school import OFFICE, STAFF, ids

NOTHING = {204: None}


class OneGroup(SchoolView):
    permission_classes = OFFICE

    @extend_schema(
        operation_id="group_change",
        summary="Rename a group",
        tags=["groups"],
        parameters=ids(group="the group's id"),
        request=serializers.RenameGroupSerializer,
        responses=school.GroupSerializer,
    )
    def patch(self, request: Request, group: str) -> Response:
        name = given(serializers.RenameGroupSerializer, request)["name"]
        return Response(school.GroupSerializer(services.rename_group(GroupId(group), name)).data)


class Member(SchoolView):
    permission_classes = OFFICE

    @extend_schema(
        operation_id="member_add",
        summary="Put a student in a group",
        tags=["groups"],
        parameters=ids(group="the group's id", student="the student's id"),
        request=None,
        responses=NOTHING,
    )
    def put(self, _request: Request, group: str, student: str) -> Response:
        services.add_member(GroupId(group), StudentId(student))
        return Response(status=204)

    @extend_schema(
        operation_id="member_remove",
        summary="Take a student out of a group",
        tags=["groups"],
        parameters=ids(group="the group's id", student="the student's id"),
        responses=NOTHING,
    )
    def delete(self, _request: Request, group: str, student: str) -> Response:
        services.remove_member_from(GroupId(group), StudentId(student))
        return Response(status=204)


class Teachings(SchoolView):
    permission_classes = [Anyone(*STAFF, scopes=("school.read",))]

    @extend_schema(
        operation_id="teaching",
        summary="Who teaches what to a group",
        tags=["groups"],
        parameters=ids(group="the group's id"),
        responses=serializers.TeachingsSerializer,
    )
    def get(self, _request: Request, group: str) -> Response:
        found = services.teaching_in(GroupId(group))
        return Response({"items": serializers.TeachingSerializer(found, many=True).data})


class Teaches(SchoolView):
    permission_classes = OFFICE

    @extend_schema(
        operation_id="teaching_assign",
        summary="Let a teacher teach a subject to a group, beside others who do",
        tags=["groups"],
        parameters=ids(group="the group's id", subject="a subject's id", teacher="a teacher's id"),
        request=None,
        responses=NOTHING,
    )
    def put(self, _request: Request, group: str, subject: str, teacher: str) -> Response:
        services.assign(GroupId(group), SubjectId(subject), TeacherId(teacher))
        return Response(status=204)

    @extend_schema(
        operation_id="teaching_unassign",
        summary="End it; everywhere within half a minute",
        tags=["groups"],
        parameters=ids(group="the group's id", subject="a subject's id", teacher="a teacher's id"),
        responses=NOTHING,
    )
    def delete(self, _request: Request, group: str, subject: str, teacher: str) -> Response:
        services.unassign(GroupId(group), SubjectId(subject), TeacherId(teacher))
        return Response(status=204)


class Enrolments(SchoolView):
    permission_classes = OFFICE

    @extend_schema(
        operation_id="enrol",
        summary="Enrol up to 100 students in a course, or move them to another group",
        description="The course exists from then on. Repeating it changes nothing. In a period "
        "that is closed nobody new can be enrolled (409).",
        tags=["groups"],
        parameters=ids(subject="the subject's id", period="the period's id"),
        request=serializers.NewEnrolmentsSerializer,
        responses=serializers.EnrolledCountSerializer,
    )
    def post(self, request: Request, subject: str, period: str) -> Response:
        items = given(serializers.NewEnrolmentsSerializer, request)["items"]
        wanted = [Enrolment(**one) for one in items]
        changed = services.enrol_audited(SubjectId(subject), PeriodId(period), wanted)
        unchanged = len({one.student for one in wanted}) - changed
        return Response({"changed": changed, "unchanged": unchanged})


class OneEnrolment(SchoolView):
    permission_classes = OFFICE

    @extend_schema(
        operation_id="withdraw",
        summary="Take a student off a course's roster; what was graded stays readable",
        tags=["groups"],
        parameters=ids(
            subject="the subject's id", period="the period's id", student="the student's id"
        ),
        responses=NOTHING,
    )
    def delete(self, _request: Request, subject: str, period: str, student: str) -> Response:
        services.withdraw_audited(SubjectId(subject), PeriodId(period), StudentId(student))
        return Response(status=204)
