"""What drifted, or is in conflict, given to the next run over HTTP."""

from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from govsync import services
from govsync.serializers.resending import ResentSerializer
from govsync.views.runs import KEY, OPERATORS, RUN
from luca.api import idempotency
from luca.api.permissions import Anyone
from luca.api.views import SchoolView


class Resend(SchoolView):
    permission_classes = [Anyone(*OPERATORS, scopes=("sync.write",))]

    @extend_schema(
        operation_id="resend_sync",
        summary="Let the next run send anew what drifted or is in conflict",
        description="For after somebody has compared it with the authority's copy: each record "
        "goes as a new revision under a new key. 409 while the run is under way.",
        tags=["govsync"],
        parameters=[RUN, KEY],
        request=None,
        responses=ResentSerializer,
    )
    def post(self, request: Request, run: str) -> HttpResponseBase:
        return idempotency.once(request, lambda: Response({"records": services.resend(run)}))
