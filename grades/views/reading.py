"""What students, their families and their teachers read: profile, results, grades."""

import re

from django.utils import translation
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from grades import services
from grades.serializers import answers, schema
from grades.views.common import READ, READERS, ids
from luca.api import paging
from luca.api.permissions import Anyone
from luca.api.views import SchoolView
from luca.kernel import clock
from luca.kernel.errors import FieldError, Invalid
from luca.kernel.ids import PeriodId, StudentId, SubjectId
from tenants.domain import Course

_NUMBER = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)


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
        parameters=[*ids("student"), *paging.PARAMETERS],
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
        parameters=[*ids("student"), *paging.PARAMETERS],
        responses=schema.GradesSerializer,
    )
    def get(self, request: Request, student: str) -> Response:
        asked = paging.asked(request, f"grades {student}")
        at = clock.now()
        found, following = services.grades_page(StudentId(student), asked.limit, asked.start)
        return asked.answer([answers.standing(one, at) for one in found], following)


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


class GradeExplanation(SchoolView):
    permission_classes = [Anyone(*READERS, scopes=READ)]

    @extend_schema(
        operation_id="grade_explanation",
        summary="How a grade came about, in sentences and as data",
        description="The sentences are Spanish or English, by `Accept-Language`. From the "
        "trace alone the number can be derived again; the hash proves that it is the stored one.",
        tags=["grades"],
        parameters=[
            *ids("student", "subject", "period"),
            OpenApiParameter(
                "version", str, description="a number, or `provisional`; default: the present grade"
            ),
        ],
        responses=schema.ExplanationSerializer,
    )
    def get(self, request: Request, student: str, subject: str, period: str) -> Response:
        found = services.explanation(
            StudentId(student),
            Course(SubjectId(subject), PeriodId(period)),
            language=translation.get_language() or "",
            version=_asked(request.query_params.get("version")),
        )
        return Response(answers.explanation(found))


def _asked(version: str | None) -> int | None:
    if version is None or version == "provisional":
        return None if version is None else 0
    if not _NUMBER.fullmatch(version):
        message = "A version is a number from 1, or `provisional`."
        raise Invalid(message, errors=(FieldError("version", message),))
    return int(version)
