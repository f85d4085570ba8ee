"""Curves: looked at, applied, undone, remembered. Of whom they concern nobody is named."""

from typing import Any

from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from grades import services
from grades.domain import CurveEvent
from grades.serializers import curves
from grades.views.common import KEY, STAFF, ids
from luca.api import bodies, idempotency, paging
from luca.api.etags import SEEN, etag, seen
from luca.api.permissions import Anyone
from luca.api.views import SchoolView
from luca.kernel.ids import AssessmentId, PeriodId, SubjectId
from tenants.domain import Course

ONE = ids("subject", "period", "assessment")


class _View(SchoolView):
    @property
    def permission_classes(self) -> Any:  # type: ignore[override]  # instances, made once for all
        return [Anyone(*STAFF)]


class CurvePreviews(_View):
    @extend_schema(
        operation_id="preview_curve",
        summary="What a curve would do; changes nothing",
        tags=["grades"],
        parameters=ONE,
        request=curves.WishSerializer,
        responses=curves.CurvePreviewSerializer,
    )
    def post(self, request: Request, subject: str, period: str, assessment: str) -> Response:
        wish = bodies.decode(request, curves.Wish).value()
        found = services.preview_curve(_course(subject, period), AssessmentId(assessment), wish)
        response = Response(curves.preview(found))
        response["ETag"] = etag(found.version)
        return response


class Curves(_View):
    @extend_schema(
        operation_id="apply_curve",
        summary="Adjust the results of an assessment for everybody",
        description="`If-Match` brings the version of the assessment that was seen.",
        tags=["grades"],
        parameters=[*ONE, SEEN, KEY],
        request=curves.NewCurveSerializer,
        responses={201: curves.CurveEventSerializer},
    )
    def post(
        self, request: Request, subject: str, period: str, assessment: str
    ) -> HttpResponseBase:
        given, version = bodies.decode(request, curves.NewCurve), seen(request)
        course, identity = _course(subject, period), AssessmentId(assessment)

        def apply() -> Response:
            return _told(
                services.apply_curve(
                    course, identity, given.value(), reason=given.reason, version=version
                )
            )

        return idempotency.once(request, apply)


class UndoneCurves(_View):
    @extend_schema(
        operation_id="undo_curve",
        summary="Put back the curve before the one in force, or none",
        description="`If-Match` brings the version of the assessment that was seen.",
        tags=["grades"],
        parameters=[*ONE, SEEN, KEY],
        request=curves.UndoCurveSerializer,
        responses={201: curves.CurveEventSerializer},
    )
    def post(
        self, request: Request, subject: str, period: str, assessment: str
    ) -> HttpResponseBase:
        given, version = bodies.decode(request, curves.Undo), seen(request)
        course, identity = _course(subject, period), AssessmentId(assessment)

        def undo() -> Response:
            return _told(
                services.undo_curve(course, identity, reason=given.reason, version=version)
            )

        return idempotency.once(request, undo)


class CurveEvents(_View):
    @extend_schema(
        operation_id="curve_events",
        summary="How the results of an assessment were adjusted, the newest first",
        tags=["grades"],
        parameters=[*ONE, *paging.PARAMETERS],
        responses=curves.CurveEventsSerializer,
    )
    def get(self, request: Request, subject: str, period: str, assessment: str) -> Response:
        asked = paging.asked(request, f"curve {subject} {period} {assessment}")
        found, following = services.curve_events(
            _course(subject, period), AssessmentId(assessment), asked.limit, asked.start
        )
        return asked.answer([curves.event(one) for one in found], following)


def _course(subject: str, period: str) -> Course:
    return Course(SubjectId(subject), PeriodId(period))


def _told(event: CurveEvent) -> Response:
    response = Response(curves.event(event), status=201)
    response["ETag"] = etag(event.leaves)
    return response
