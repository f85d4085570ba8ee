"""What a course asks for: defined, published, changed, removed."""

from typing import Any

from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from grades import services
from grades.domain import Assessment
from grades.serializers import answers, schema
from grades.serializers import bodies as rows
from grades.views.common import KEY, READ, READERS, STAFF, WRITE, ids
from luca.api import bodies, idempotency, paging
from luca.api.etags import SEEN, etag, seen
from luca.api.permissions import Anyone
from luca.api.views import SchoolView
from luca.kernel.ids import AssessmentId, PeriodId, SubjectId
from tenants.domain import Course

COURSE = ids("subject", "period")
ONE = ids("subject", "period", "assessment")


class _View(SchoolView):
    @property
    def permission_classes(self) -> Any:  # type: ignore[override]  # who reads is more than who writes
        reads = self.request.method == "GET"
        return [Anyone(*READERS, scopes=READ) if reads else Anyone(*STAFF, scopes=WRITE)]


class Assessments(_View):
    @extend_schema(
        operation_id="assessments",
        summary="What a course asks for; families see what is published",
        tags=["grades"],
        parameters=[*COURSE, *paging.PARAMETERS],
        responses=schema.AssessmentsSerializer,
    )
    def get(self, request: Request, subject: str, period: str) -> Response:
        asked = paging.asked(request, f"assessments {subject} {period}")
        found, following = services.assessments_page(
            _course(subject, period), asked.limit, asked.start
        )
        return asked.answer([answers.assessment(one) for one in found], following)

    @extend_schema(
        operation_id="define_assessment",
        summary="Define an assessment",
        tags=["grades"],
        parameters=[*COURSE, KEY],
        request=schema.NewAssessmentSerializer,
        responses={201: schema.AssessmentSerializer},
    )
    def post(self, request: Request, subject: str, period: str) -> HttpResponseBase:
        course = _course(subject, period)
        given = bodies.decode(request, rows.NewAssessment).value()

        def define() -> Response:
            one = services.add_assessment(course, given)
            response = _versioned(one, 201)
            response["Location"] = f"/courses/{subject}/{period}/assessments/{one.id}"
            return response

        return idempotency.once(request, define)


class OneAssessment(_View):
    @extend_schema(
        operation_id="assessment",
        summary="One assessment",
        tags=["grades"],
        parameters=ONE,
        responses=schema.AssessmentSerializer,
    )
    def get(self, _request: Request, subject: str, period: str, assessment: str) -> Response:
        return _versioned(services.assessment(_course(subject, period), AssessmentId(assessment)))

    @extend_schema(
        operation_id="change_assessment",
        summary="Change an assessment; everybody in the course is recomputed",
        description="`If-Match` brings the version that was seen.",
        tags=["grades"],
        parameters=[*ONE, SEEN],
        request=schema.ChangedAssessmentSerializer,
        responses=schema.AssessmentSerializer,
    )
    def patch(self, request: Request, subject: str, period: str, assessment: str) -> Response:
        fields = bodies.decode(request, rows.ChangedAssessment).fields()
        return _versioned(
            services.change_assessment(
                _course(subject, period), AssessmentId(assessment), fields, version=seen(request)
            )
        )

    @extend_schema(
        operation_id="remove_assessment",
        summary="Remove an assessment that nobody has a result in",
        tags=["grades"],
        parameters=[*ONE, SEEN],
        responses={204: None},
    )
    def delete(self, request: Request, subject: str, period: str, assessment: str) -> Response:
        services.remove_assessment(
            _course(subject, period), AssessmentId(assessment), version=seen(request)
        )
        return Response(status=204)


def _course(subject: str, period: str) -> Course:
    return Course(SubjectId(subject), PeriodId(period))


def _versioned(one: Assessment, status: int = 200) -> Response:
    response = Response(answers.assessment(one), status=status)
    response["ETag"] = etag(one.version)
    return response
