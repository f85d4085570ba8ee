"""Have the evidence of a run gathered."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from govsync import services
from govsync.views.runs import OPERATORS
from luca.api.jobs import JobSerializer, accepted
from luca.api.permissions import Anyone
from luca.api.views import SchoolView


class Evidence(SchoolView):
    permission_classes = [Anyone(*OPERATORS, scopes=("sync.write",))]

    @extend_schema(
        operation_id="gather_sync_evidence",
        summary="Have the evidence of a run packed into one file",
        description="A job: its file is a ZIP, its result the root hash. Only of a run that has "
        "ended. The file holds personal data of minors.",
        tags=["govsync"],
        parameters=[OpenApiParameter("run", str, OpenApiParameter.PATH)],
        request=None,
        responses={202: JobSerializer},
    )
    def post(self, _: Request, run: str) -> Response:
        return accepted(services.begin_evidence(run))
