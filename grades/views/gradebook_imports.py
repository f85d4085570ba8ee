"""A gradebook that comes back from a spreadsheet: first what it would change, then the change."""

from typing import Any

from django.utils import translation
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from grades import services
from grades.domain import CellKind
from grades.serializers import gradebook_imports as answers
from grades.serializers.answers import BUSY
from grades.views.common import KEY, STAFF, WRITE, ids
from luca.api import bodies, idempotency, paging
from luca.api.permissions import Anyone
from luca.api.views import SchoolView
from luca.kernel.errors import FieldError, Invalid
from luca.kernel.ids import GroupId, PeriodId, SubjectId
from tenants.domain import Course

PLACE = ids("subject", "period", "group")
ONE = ids("subject", "period", "group", "upload")
KINDS = [one.value for one in CellKind]


class GradebookImports(SchoolView):
    permission_classes = [Anyone(*STAFF, scopes=WRITE)]

    @extend_schema(
        operation_id="import_gradebook",
        summary="Send a table of results in: what it would change is kept, and nothing changed",
        description="The table that `GET` answers as CSV, whatever spreadsheet it went through: "
        "UTF-8 or Windows-1252; comma, semicolon or tab; decimal point or comma. An empty cell "
        "changes nothing, `EX` or `JUST` excuses. A column that is not known refuses the table; "
        "what is wrong with a line or a cell is refused by itself. Kept for 90 days.",
        tags=["gradebook"],
        parameters=[*PLACE, KEY],
        request={"text/csv": OpenApiTypes.STR},
        responses={201: answers.ImportSummarySerializer},
    )
    def post(self, request: Request, **place: str) -> Any:
        content = bodies.csv(request)

        def work() -> Response:
            try:
                made = services.read_gradebook(*_of(place), content)
            except services.BadTable as error:
                raise error.said(translation.get_language() or "") from error
            answer = Response(answers.summary(made), status=201)
            answer["Location"] = f"{request.path}/{made.id}"
            return answer

        return idempotency.once(request, work)


class OneGradebookImport(SchoolView):
    permission_classes = [Anyone(*STAFF, scopes=WRITE)]

    @extend_schema(
        operation_id="gradebook_import",
        summary="What a table would change, cell by cell, and what became of it",
        description="States are read off the results: waiting, applied, undone, conflict (changed "
        "by somebody else before it was applied), changed (applied, and changed since).",
        tags=["gradebook"],
        parameters=[*ONE, OpenApiParameter("kind", str, enum=KINDS), *paging.PARAMETERS],
        responses=answers.ImportPageSerializer,
    )
    def get(self, request: Request, upload: str, **place: str) -> Response:
        kind = _kind(request)
        asked = paging.asked(request, f"gradebook import {upload} {kind}")
        made = services.gradebook_import(*_of(place), upload)
        chosen = [one for one in made.cells if kind in {"", one.kind}]
        begin = 0 if asked.start is None else asked.start["begin"]
        end = begin + asked.limit
        page = chosen[begin:end]
        following = {"begin": end} if end < len(chosen) else None
        shown = answers.cells(
            page, services.import_states(made, page), translation.get_language() or ""
        )
        return Response({**answers.summary(made), **asked.answer(shown, following).data})


class ApplyGradebookImport(SchoolView):
    permission_classes = [Anyone(*STAFF, scopes=WRITE)]

    @extend_schema(
        operation_id="apply_gradebook_import",
        summary="Make the changes of a table, all or some, each over the version that it saw",
        description="What somebody changed meanwhile is a `conflict` and stays. It may be sent "
        "again: what is done is not done twice. After 20 seconds it stops and says what is `left`.",
        tags=["gradebook"],
        parameters=[*ONE, KEY],
        request=answers.ApplySerializer,
        responses=answers.ImportReportSerializer,
    )
    def post(self, request: Request, upload: str, **place: str) -> Any:
        asked = bodies.decode(request, answers.Apply)
        if isinstance(asked.cells, str) and asked.cells != answers.ALL:
            fault = FieldError("cells", "A list of ids, or all.")
            raise Invalid("The cells are not valid.", errors=(fault,))

        def work() -> Response:
            named = None if isinstance(asked.cells, str) else asked.cells
            found = services.apply_import(*_of(place), upload, cells=named, reason=asked.reason)
            return Response(answers.report(upload, found, answers.APPLIED))

        return idempotency.once(request, work, final=_is_final)


class UndoGradebookImport(SchoolView):
    permission_classes = [Anyone(*STAFF, scopes=WRITE)]

    @extend_schema(
        operation_id="undo_gradebook_import",
        summary="Put back what a table changed, as corrections; what was changed since stays",
        description="As `apply` it may be sent again, and stops after 20 seconds.",
        tags=["gradebook"],
        parameters=[*ONE, KEY],
        request=answers.UndoSerializer,
        responses=answers.ImportReportSerializer,
    )
    def post(self, request: Request, upload: str, **place: str) -> Any:
        asked = bodies.decode(request, answers.Undo)

        def work() -> Response:
            found = services.undo_import(*_of(place), upload, reason=asked.reason)
            return Response(answers.report(upload, found, answers.UNDONE))

        return idempotency.once(request, work, final=_is_final)


def _is_final(answer: Any) -> bool:
    """Whether the answer may be given again; not while the same request would do more."""
    busy = any(one.get("status") in BUSY for one in answer.data["items"])
    return not (answer.data["left"] or busy)


def _of(place: dict[str, str]) -> tuple[Course, GroupId]:
    course = Course(SubjectId(place["subject"]), PeriodId(place["period"]))
    return course, GroupId(place["group"])


def _kind(request: Request) -> str:
    given = request.query_params.get("kind", "")
    if given and given not in KINDS:
        fault = FieldError("kind", f"One of {', '.join(KINDS)}.")
        raise Invalid("There is no such kind.", errors=(fault,))
    return given
