"""Stopping a school's sync over HTTP, and letting it go on."""

from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from govsync import services
from govsync.serializers import holding as serializers
from govsync.views.runs import KEY, OPERATORS
from luca.api import idempotency
from luca.api.permissions import Anyone
from luca.api.views import SchoolView


class Pause(SchoolView):
    permission_classes = [Anyone(*OPERATORS, scopes=("sync.read",))]
    changing_classes = [Anyone(*OPERATORS, scopes=("sync.write",))]

    @extend_schema(
        operation_id="sync_hold",
        summary="What holds the school's sync, if anything",
        tags=["govsync"],
        responses=serializers.HeldSerializer,
    )
    def get(self, _: Request) -> Response:
        return Response({"hold": serializers.hold(services.held())})

    @extend_schema(
        operation_id="pause_sync",
        summary="Let nothing more of the school leave",
        description="Ends its runs' executions; nothing is lost or buried. A call whose turn has "
        "come already may still be made. Pausing twice is the same as once.",
        tags=["govsync"],
        parameters=[KEY],
        request=None,
        responses={200: serializers.HeldSerializer},
    )
    def post(self, request: Request) -> HttpResponseBase:
        return idempotency.once(
            request, lambda: Response({"hold": serializers.hold(services.pause())})
        )


class Resume(SchoolView):
    permission_classes = [Anyone(*OPERATORS, scopes=("sync.write",))]

    @extend_schema(
        operation_id="resume_sync",
        summary="Lift the hold and go on with every paused run",
        description="Each goes on where it was, under the same keys. Its deadline does not move.",
        tags=["govsync"],
        parameters=[KEY],
        request=None,
        responses={202: serializers.ResumedSerializer},
    )
    def post(self, request: Request) -> HttpResponseBase:
        return idempotency.once(request, self._resumed)

    def _resumed(self) -> Response:
        return Response({"runs": [run.id for run in services.resume()]}, status=202)
