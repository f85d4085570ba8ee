"""Runs over HTTP: start one, look at it and at what it did, send or read back again."""

from enum import StrEnum
from typing import TypeVar

from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from govsync import services
from govsync.domain import RunStatus, State
from govsync.serializers import runs as serializers
from govsync.serializers.runs import RunSerializer, StartSerializer, shown
from luca.api import idempotency, paging
from luca.api.permissions import Anyone
from luca.api.views import SchoolView
from luca.kernel.errors import FieldError, Invalid
from luca.kernel.ids import PeriodId

W = TypeVar("W", bound=StrEnum)
OPERATORS = ("gov_operator", "school_admin")
PAGE = [
    OpenApiParameter("limit", int, description="rows of a page, 1 to 100"),
    OpenApiParameter("cursor", str, description="`next_cursor` of the page before"),
]
RUN = OpenApiParameter("run", str, OpenApiParameter.PATH, description="the run's id")
KEY = OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)


class Runs(SchoolView):
    permission_classes = [Anyone(*OPERATORS, scopes=("sync.read",))]
    changing_classes = [Anyone(*OPERATORS, scopes=("sync.write",))]

    @extend_schema(
        operation_id="sync_runs",
        summary="The school's runs, the newest first",
        description="A page may be short although more follow: only `next_cursor` says whether "
        "it is the last.",
        tags=["govsync"],
        parameters=[
            OpenApiParameter("period", str, description="of this period only"),
            OpenApiParameter("status", str, enum=[one.value for one in RunStatus]),
            *PAGE,
        ],
        responses=serializers.RunsSerializer,
    )
    def get(self, request: Request) -> Response:
        period = request.query_params.get("period") or None
        state = _chosen(request, "status", RunStatus)
        asked = paging.asked(request, f"sync runs {period} {state}")
        found, following = services.runs_page(period, state, limit=asked.limit, start=asked.start)
        return asked.answer([serializers.listed(one) for one in found], following)

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
        answer = Response(shown(services.progress(run.id)), status=status.HTTP_202_ACCEPTED)
        answer["Location"] = f"/govsync/runs/{run.id}"
        return answer


class OneRun(SchoolView):
    permission_classes = [Anyone(*OPERATORS, scopes=("sync.read",))]

    @extend_schema(
        operation_id="read_sync",
        summary="How a run stands",
        tags=["govsync"],
        parameters=[RUN],
        responses={200: RunSerializer},
    )
    def get(self, _: Request, run: str) -> Response:
        return Response(shown(services.progress(run)))


class Steps(SchoolView):
    permission_classes = [Anyone(*OPERATORS, scopes=("sync.read",))]

    @extend_schema(
        operation_id="sync_steps",
        summary="The states that a run went through, the newest first",
        tags=["govsync"],
        parameters=[RUN, *PAGE],
        responses=serializers.StepsSerializer,
    )
    def get(self, request: Request, run: str) -> Response:
        asked = paging.asked(request, f"sync steps {run}")
        found, following = services.steps_page(run, limit=asked.limit, start=asked.start)
        return asked.answer([serializers.step(one) for one in found], following)


class Batches(SchoolView):
    permission_classes = [Anyone(*OPERATORS, scopes=("sync.read",))]

    @extend_schema(
        operation_id="sync_batches",
        summary="The batches of a run, with the last answer and what happens next",
        description="Finished ones first, then those that are open. A page may be short although "
        "more follow: only `next_cursor` says whether it is the last.",
        tags=["govsync"],
        parameters=[
            RUN,
            OpenApiParameter("state", str, enum=[one.value for one in State]),
            *PAGE,
        ],
        responses=serializers.BatchesSerializer,
    )
    def get(self, request: Request, run: str) -> Response:
        state = _chosen(request, "state", State)
        asked = paging.asked(request, f"sync batches {run} {state}")
        found, following = services.batches_page(run, state, limit=asked.limit, start=asked.start)
        return asked.answer([serializers.batch(one) for one in found], following)


class DeadLetters(SchoolView):
    permission_classes = [Anyone(*OPERATORS, scopes=("sync.read",))]

    @extend_schema(
        operation_id="sync_dead_letters",
        summary="What was given up, and what to do about it",
        description="Of the newest run first. `limit` counts runs: a page may be empty although "
        "more follow, only `next_cursor` says whether it is the last.",
        tags=["govsync"],
        parameters=PAGE,
        responses=serializers.DeadLettersSerializer,
    )
    def get(self, request: Request) -> Response:
        asked = paging.asked(request, "sync dead letters", default=10)
        found, following = services.dead_letters(limit=asked.limit, start=asked.start)
        return asked.answer([serializers.dead(one) for one in found], following)


class Redrive(SchoolView):
    permission_classes = [Anyone(*OPERATORS, scopes=("sync.write",))]

    @extend_schema(
        operation_id="redrive_sync",
        summary="Send an ended run's dead batches again, each under its old key",
        description="The run goes on with whatever else it had not finished. 409 while it is "
        "under way.",
        tags=["govsync"],
        parameters=[RUN, KEY],
        request=None,
        responses={202: serializers.RedrivenSerializer},
    )
    def post(self, request: Request, run: str) -> HttpResponseBase:
        return idempotency.once(request, lambda: self._redriven(run))

    def _redriven(self, run: str) -> Response:
        batches = services.redrive(run)
        answer = {"batches": batches, "run": shown(services.progress(run))}
        return Response(answer, status=status.HTTP_202_ACCEPTED)


class Reconcile(SchoolView):
    permission_classes = [Anyone(*OPERATORS, scopes=("sync.write",))]

    @extend_schema(
        operation_id="reconcile_sync",
        summary="Read back and balance an ended run once more",
        description="Nothing that is answered is sent again. 409 while the run is under way.",
        tags=["govsync"],
        parameters=[RUN, KEY],
        request=None,
        responses={202: RunSerializer},
    )
    def post(self, request: Request, run: str) -> HttpResponseBase:
        return idempotency.once(request, lambda: self._reconciled(run))

    def _reconciled(self, run: str) -> Response:
        services.reconcile(run)
        return Response(shown(services.progress(run)), status=status.HTTP_202_ACCEPTED)


def _chosen(request: Request, name: str, words: type[W]) -> W | None:
    """A word of a fixed list out of the query; None when nobody asks for one."""
    given = request.query_params.get(name)
    if not given:
        return None
    try:
        return words(given)
    except ValueError:
        known = ", ".join(one.value for one in words)
        fault = FieldError(name, f"One of {known}.")
        raise Invalid(f"There is no such {name}.", errors=(fault,)) from None
