"""Before a run: what it would hold back and why, and the subjects' codes."""

from collections.abc import Mapping

from django.utils import translation
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from govsync import services
from govsync.serializers import checking as answers
from govsync.views.runs import OPERATORS
from luca.api.etags import etag, if_match
from luca.api.permissions import Anyone
from luca.api.views import SchoolView
from luca.kernel.errors import FieldError, Invalid
from luca.kernel.ids import ID, PeriodId

IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="the version you saw; else 412"
)


class Preflight(SchoolView):
    permission_classes = [Anyone(*OPERATORS, scopes=("sync.read",))]

    @extend_schema(
        operation_id="sync_preflight",
        summary="What a run of a closed period would send and hold back, by cause",
        description="Checked against the authority's demands; nothing is written.",
        tags=["govsync"],
        parameters=[OpenApiParameter("period", str, required=True)],
        responses={200: answers.PreflightSerializer},
    )
    def get(self, request: Request) -> Response:
        period = request.query_params.get("period", "")
        if not ID.fullmatch(period):
            fault = FieldError("period", "The id of a period.")
            raise Invalid("Say which period.", errors=(fault,))
        found = services.preflight(PeriodId(period))
        return Response(answers.preflight(found, translation.get_language() or ""))


class Subjects(SchoolView):
    permission_classes = [Anyone(*OPERATORS, scopes=("sync.read",))]
    changing_classes = [Anyone(*OPERATORS, scopes=("sync.write",))]

    @extend_schema(
        operation_id="sync_subjects",
        summary="Which of the authority's codes the school's subjects have",
        tags=["govsync"],
        responses={200: answers.SubjectsSerializer},
    )
    def get(self, _: Request) -> Response:
        return _shown(*services.subject_codes())

    @extend_schema(
        operation_id="map_sync_subjects",
        summary="Replace the map of subjects to the authority's codes",
        tags=["govsync"],
        parameters=[IF_MATCH],
        request=answers.SubjectsSerializer,
        responses={200: answers.SubjectsSerializer},
    )
    def put(self, request: Request) -> Response:
        asked = answers.SubjectsSerializer(data=request.data)
        if not asked.is_valid():
            fault = FieldError("codes", "An object: the authority's code by subject.")
            raise Invalid("Say which codes.", errors=(fault,))
        codes = asked.validated_data["codes"]
        return _shown(codes, services.map_subjects(codes, if_match(request)))


def _shown(codes: Mapping[str, str], version: int) -> Response:
    return Response({"codes": dict(codes)}, headers={"ETag": etag(version)})
