"""What students, their families and their teachers read: profile, results, grades."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from grades import services
from grades.serializers import answers, schema
from grades.views.common import PAGE, READ, READERS, ids
from luca.api import paging
from luca.api.permissions import Anyone
from luca.api.views import SchoolView
from luca.kernel.ids import PeriodId, StudentId, SubjectId
from tenants.domain import Course


class TheProfile(SchoolView):
    permission_classes = [Anyone(*READERS, scopes=READ)]

    @extend_schema(
        operation_id="profile",
        summary="A student's period: official grades, and how things stand now",
        tags=["grades"],
        parameters=[
            *ids("student"),
            OpenApiParameter("period", str, description="default: the present one"),
        ],
        responses=schema.ProfileSerializer,
    )
    def get(self, request: Request, student: str) -> Response:
        period = request.query_params.get("period")
        found = services.profile(StudentId(student), PeriodId(period) if period else None)
        return Response(answers.profile(found))


class StudentEvaluations(SchoolView):
    permission_classes = [Anyone(*READERS, scopes=READ)]

    @extend_schema(
        operation_id="student_evaluations",
        summary="A student's results",
        tags=["grades"],
        parameters=[*ids("student"), *PAGE],
        responses=schema.EvaluationsSerializer,
    )
    def get(self, request: Request, student: str) -> Response:
        asked = paging.asked(request, f"evaluations {student}")
        found, following = services.evaluations_page(StudentId(student), asked.limit, asked.start)
        return asked.answer([answers.evaluation(one) for one in found], following)


class StudentGrades(SchoolView):
    permission_classes = [Anyone(*READERS, scopes=READ)]

    @extend_schema(
        operation_id="student_grades",
        summary="A student's official grades",
        tags=["grades"],
        parameters=[*ids("student"), *PAGE],
        responses=schema.GradesSerializer,
    )
    def get(self, request: Request, student: str) -> Response:
        asked = paging.asked(request, f"grades {student}")
        found, following = services.grades_page(StudentId(student), asked.limit, asked.start)
        return asked.answer([answers.grade(one) for one in found], following)


class GradeVersions(SchoolView):
    permission_classes = [Anyone(*READERS, scopes=READ)]

    @extend_schema(
        operation_id="grade_versions",
        summary="Every version of a grade with its explanation, oldest first",
        tags=["grades"],
        parameters=ids("student", "subject", "period"),
        responses=schema.VersionsSerializer,
    )
    def get(self, _request: Request, student: str, subject: str, period: str) -> Response:
        course = Course(SubjectId(subject), PeriodId(period))
        found = services.history(StudentId(student), course)
        return Response({"items": [answers.version(one) for one in found]})
