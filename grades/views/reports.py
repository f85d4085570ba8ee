"""Report cards, and the students whose verdict hangs on little."""

from typing import Any

import msgspec
from django.utils import translation
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from grades import services
from grades.serializers import boundary, report_cards, reports_schema
from grades.views.common import KEY, READERS, STAFF, ids
from luca.api import idempotency
from luca.api.bodies import decode
from luca.api.jobs import JobSerializer, accepted
from luca.api.permissions import Anyone
from luca.api.views import SchoolView
from luca.kernel.errors import FieldError, Invalid
from luca.kernel.ids import GroupId, PeriodId, StudentId, SubjectId

LANGUAGES = ("es-MX", "en")


class Wanted(msgspec.Struct, forbid_unknown_fields=True):
    """Whose cards are to be printed: one student's, or a group's."""

    period: str
    student: str = ""
    group: str = ""
    language: str = ""


class TheReportCard(SchoolView):
    permission_classes = [Anyone(*READERS)]

    @extend_schema(
        operation_id="report_card",
        summary="A student's report card of a period",
        description="`official` is true when the period is closed and every grade on it knows "
        "every result; provisional results are never among the scores. `rounding_note` is the "
        "SEP's wording, by `Accept-Language`. The CURP is for admins, the student and the family.",
        tags=["reports"],
        parameters=ids("student", "period"),
        responses=reports_schema.ReportCardSerializer,
    )
    def get(self, _request: Request, student: str, period: str) -> Response:
        found = services.report_card(StudentId(student), PeriodId(period))
        return Response(report_cards.shown(found, _language("")))


class ReportCards(SchoolView):
    permission_classes = [Anyone(*READERS)]

    @extend_schema(
        operation_id="print_report_cards",
        summary="Have a student's report card, or those of a group, printed as one PDF",
        description="202 with a job: `GET /jobs/{id}` tells how far it is, `/jobs/{id}/file` is "
        "the PDF, one page for each student. A group's are for its teachers and admins.",
        tags=["reports"],
        parameters=[KEY],
        request=reports_schema.ReportCardsWantedSerializer,
        responses={202: JobSerializer},
    )
    def post(self, request: Request) -> Any:
        wanted = _checked(decode(request, Wanted))
        language, period = _language(wanted.language), PeriodId(wanted.period)

        def work() -> Response:
            if wanted.student:
                student = StudentId(wanted.student)
                return accepted(services.begin_student_card(student, period, language))
            return accepted(services.begin_group_cards(GroupId(wanted.group), period, language))

        return idempotency.once(request, work)


class TheBoundary(SchoolView):
    permission_classes = [Anyone(*STAFF)]

    @extend_schema(
        operation_id="boundary",
        summary="Students of a group whose verdict hangs on rounding or on one missing result",
        description="Computed from the stored grades' traces. `hangs_on`: `rounding` (the exact "
        "value, or the other way to round, would say otherwise), `last_place` (one unit of the "
        "last place from the threshold, or less), `item` (one result that is not there turns it: "
        "`items`). A teacher sees the subjects that they teach to the group.",
        tags=["reports"],
        parameters=[
            *ids("group"),
            OpenApiParameter("period", str, required=True),
            OpenApiParameter("subject", str, description="default: all of them"),
        ],
        responses=reports_schema.BoundarySerializer,
    )
    def get(self, request: Request, group: str) -> Response:
        period = request.query_params.get("period", "")
        if not period:
            raise Invalid("Say which period.", errors=(FieldError("period", "is missing"),))
        subject = request.query_params.get("subject")
        found = services.boundary_rows(
            GroupId(group), PeriodId(period), SubjectId(subject) if subject else None
        )
        return Response({"items": [boundary.row(one) for one in found], "next_cursor": None})


def _checked(wanted: Wanted) -> Wanted:
    if bool(wanted.student) is bool(wanted.group):
        message = "Name either a student or a group."
        raise Invalid(message, errors=(FieldError("student", message),))
    if wanted.language and wanted.language not in LANGUAGES:
        fault = FieldError("language", f"One of {', '.join(LANGUAGES)}.")
        raise Invalid("There is no such language.", errors=(fault,))
    return wanted


def _language(asked: str) -> str:
    return report_cards.language_of(asked or translation.get_language() or "")
