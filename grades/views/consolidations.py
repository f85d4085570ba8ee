"""Grades computed now, and not only at night."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from grades import services
from grades.serializers import bodies as rows
from grades.serializers import schema
from luca.api import bodies
from luca.api.jobs import JobSerializer, accepted
from luca.api.permissions import Anyone
from luca.api.views import SchoolView
from luca.kernel.ids import PeriodId, SubjectId


class Consolidations(SchoolView):
    permission_classes = [Anyone("school_admin")]

    @extend_schema(
        operation_id="consolidate",
        summary="Have pending results become grades now: everywhere, in a period, in a course",
        description="A worker does it; the answer is its job. The job's result counts grades "
        "`computed`, `written`, `unchanged`, `left` for the next run and `failed`.",
        tags=["grades"],
        request=schema.ConsolidationSerializer,
        responses={202: JobSerializer},
    )
    def post(self, request: Request) -> Response:
        asked = bodies.decode(request, rows.Consolidation) if request.body else rows.Consolidation()
        return accepted(
            services.ask_for_consolidation(
                PeriodId(asked.period) if asked.period is not None else None,
                SubjectId(asked.subject) if asked.subject is not None else None,
            )
        )
