"""Runs: start one, look at it."""

from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from govsync import services
from govsync.serializers import RunSerializer, StartSerializer, shown
from luca.api import idempotency
from luca.api.permissions import Anyone
from luca.api.views import SchoolView
from luca.kernel.errors import FieldError, Invalid
from luca.kernel.ids import PeriodId

OPERATORS = ("gov_operator", "school_admin")
KEY = OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)


class Runs(SchoolView):
    permission_classes = [Anyone(*OPERATORS, scopes=("sync.write",))]

    @extend_schema(
        operation_id="start_sync",
        summary="Start to sync a closed period",
        description="Answers at once; workers do the rest. 409 while another run of the period "
        "is under way, and for a period that is not closed.",
        tags=["govsync"],
        parameters=[KEY],
        request=StartSerializer,
        responses={202: RunSerializer},
    )
    def post(self, request: Request) -> HttpResponseBase:
        asked = StartSerializer(data=request.data)
        if not asked.is_valid():
            fault = FieldError("period", "The id of a period.")
            raise Invalid("Say which period.", errors=(fault,))
        period = PeriodId(asked.validated_data["period"])
        return idempotency.once(request, lambda: self._started(period))

    def _started(self, period: PeriodId) -> Response:
        run = services.start(period)
        answer = Response(shown(services.status(run.id)), status=status.HTTP_202_ACCEPTED)
        answer["Location"] = f"/govsync/runs/{run.id}"
        return answer


class OneRun(SchoolView):
    permission_classes = [Anyone(*OPERATORS, scopes=("sync.read",))]

    @extend_schema(
        operation_id="read_sync",
        summary="How a run stands",
        tags=["govsync"],
        parameters=[OpenApiParameter("run", str, OpenApiParameter.PATH)],
        responses={200: RunSerializer},
    )
    def get(self, _: Request, run: str) -> Response:
        return Response(shown(services.status(run)))
