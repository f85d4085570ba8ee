"""A period over all of its runs, and the end of its daily check."""

from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from govsync import services
from govsync.serializers import periods as answers
from govsync.views.runs import KEY, OPERATORS
from luca.api import idempotency
from luca.api.permissions import Anyone
from luca.api.views import SchoolView
from luca.kernel.ids import PeriodId

PERIOD = OpenApiParameter("period", str, OpenApiParameter.PATH)


class Period(SchoolView):
    permission_classes = [Anyone(*OPERATORS, scopes=("sync.read",))]

    @extend_schema(
        operation_id="sync_period",
        summary="A period over all of its runs: every record once",
        description="With what a correction run would send, and the daily check. 404 before the "
        "first run of the period.",
        tags=["govsync"],
        parameters=[PERIOD],
        responses={200: answers.SyncedPeriodSerializer},
    )
    def get(self, _: Request, period: str) -> Response:
        return Response(answers.shown(services.whole(PeriodId(period))))


class ClosePeriod(SchoolView):
    permission_classes = [Anyone(*OPERATORS, scopes=("sync.write",))]

    @extend_schema(
        operation_id="close_sync_period",
        summary="End the daily check of a period",
        description="Another run of the period begins it anew. Closing twice is as once.",
        tags=["govsync"],
        parameters=[PERIOD, KEY],
        request=None,
        responses={200: answers.DailyCheckSerializer},
    )
    def post(self, request: Request, period: str) -> HttpResponseBase:
        return idempotency.once(request, lambda: self._closed(PeriodId(period)))

    def _closed(self, period: PeriodId) -> Response:
        return Response(answers.check(services.close(period)))
