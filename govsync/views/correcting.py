"""Sending what was corrected after a period had arrived."""

from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from govsync import services
from govsync.serializers.runs import RunSerializer, StartSerializer, shown
from govsync.views.runs import KEY, OPERATORS
from luca.api import idempotency
from luca.api.permissions import Anyone
from luca.api.views import SchoolView
from luca.kernel.errors import FieldError, Invalid
from luca.kernel.ids import PeriodId


class Correct(SchoolView):
    permission_classes = [Anyone(*OPERATORS, scopes=("sync.write",))]

    @extend_schema(
        operation_id="correct_sync",
        summary="Send what was corrected since a period arrived, as a run of its own",
        description="409 `nothing_to_correct` while nothing of the period has arrived; else as "
        "starting a run. `GET /govsync/preflight` says what it would send.",
        tags=["govsync"],
        parameters=[KEY],
        request=StartSerializer,
        responses={202: RunSerializer},
    )
    def post(self, request: Request) -> HttpResponseBase:
        period = asked_period(request)
        return idempotency.once(request, lambda: self._started(period))

    def _started(self, period: PeriodId) -> Response:
        run = services.correct(period)
        answer = Response(shown(services.progress(run.id)), status=status.HTTP_202_ACCEPTED)
        answer["Location"] = f"/govsync/runs/{run.id}"
        return answer


def asked_period(request: Request) -> PeriodId:
    """The period that the body names."""
    asked = StartSerializer(data=request.data)
    if not asked.is_valid():
        fault = FieldError("period", "The id of a period.")
        raise Invalid("Say which period.", errors=(fault,))
    return PeriodId(asked.validated_data["period"])
