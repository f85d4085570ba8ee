"""A run's ledger: its records, and why some of them did not get through."""

from django.utils import translation
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from govsync import services
from govsync.domain import State
from govsync.serializers import ledger as answers
from govsync.views.runs import OPERATORS
from luca.api import paging
from luca.api.permissions import Anyone
from luca.api.views import SchoolView
from luca.kernel.errors import FieldError, Invalid

RUN = OpenApiParameter("run", str, OpenApiParameter.PATH)
STATE = OpenApiParameter("state", str, enum=[state.value for state in State])
PAGE = (OpenApiParameter("limit", int), OpenApiParameter("cursor", str))


class OneRunsRejects(SchoolView):
    permission_classes = [Anyone(*OPERATORS, scopes=("sync.read",))]

    @extend_schema(
        operation_id="sync_rejects",
        summary="Why records of a run did not get through, by cause",
        tags=["govsync"],
        parameters=[RUN],
        responses={200: answers.CausesSerializer},
    )
    def get(self, _: Request, run: str) -> Response:
        language = translation.get_language() or ""
        found = services.rejects(run)
        return Response({"items": [answers.cause(one, language) for one in found]})


class OneRunsRecords(SchoolView):
    permission_classes = [Anyone(*OPERATORS, scopes=("sync.read",))]

    @extend_schema(
        operation_id="sync_records",
        summary="The records of a run, each with its state and how it came to it",
        tags=["govsync"],
        parameters=[RUN, STATE, *PAGE],
        responses={200: answers.RecordsSerializer},
    )
    def get(self, request: Request, run: str) -> Response:
        state = _state(request.query_params.get("state"))
        page = paging.asked(request, f"sync-records {run} {state}")
        found, following = services.records_page(run, state, limit=page.limit, start=page.start)
        return page.answer((answers.record(*one) for one in found), following)


class OneRunsDiscrepancies(SchoolView):
    permission_classes = [Anyone(*OPERATORS, scopes=("sync.read",))]

    @extend_schema(
        operation_id="sync_discrepancies",
        summary="What did not agree with the authority when a run was last read back",
        tags=["govsync"],
        parameters=[RUN],
        responses={200: answers.DiscrepanciesSerializer},
    )
    def get(self, _: Request, run: str) -> Response:
        return Response(answers.discrepancies(services.discrepancies(run)))


def _state(given: str | None) -> State | None:
    if given is None:
        return None
    if given not in set(State):
        fault = FieldError("state", f"One of {', '.join(sorted(State))}.")
        raise Invalid("There is no such state.", errors=(fault,))
    return State(given)
