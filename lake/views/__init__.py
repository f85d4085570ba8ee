"""Questions to the lake over HTTP: which there are, and their answers page by page or as CSV."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.utils import translation
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.response import Response

from lake import services
from lake.serializers import analytics as answers
from lake.serializers.sheets import as_csv
from luca.api import paging
from luca.api.permissions import Anyone
from luca.api.views import SchoolView
from luca.kernel.errors import FieldError, Invalid, Malformed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rest_framework.request import Request

    from lake.services.answers import Kept
    from luca.api.paging import Asked

READERS = Anyone("school_admin")
OURS = {"limit", "cursor", "format"}  # of the request; the rest is the question's
FORMATS = ("json", "csv")
# Whoever has it asks whether it is still the answer: that reads no lake.
CACHED = "private, no-cache"
DAYS = [
    OpenApiParameter("since", OpenApiTypes.DATE, description="first day; a year before the last"),
    OpenApiParameter("until", OpenApiTypes.DATE, description="last day, which counts; today"),
]
FORMAT = OpenApiParameter("format", str, enum=FORMATS, description="csv: all rows, as a file")
SEEN = OpenApiParameter(
    "If-None-Match", str, OpenApiParameter.HEADER, description="the ETag that is at hand; else 304"
)


class Questions(SchoolView):
    permission_classes = [READERS]

    @extend_schema(
        operation_id="analytics_questions",
        summary="What can be asked of the school's lake, with parameters and columns",
        tags=["analytics"],
        responses={200: answers.QuestionsSerializer},
    )
    def get(self, _: Request) -> Response:
        language = translation.get_language() or ""
        found = services.questions()
        return Response(
            {"items": [answers.question_shown(one, language) for one in found], "next_cursor": None}
        )


class OneQuestion(SchoolView):
    permission_classes = [READERS]

    @extend_schema(
        operation_id="analytics_answer",
        summary="The answer to a question, page by page or as CSV",
        description="Days are those of the school's clocks. A question has more parameters of its "
        "own: `GET /analytics` names them. An answer is given again for a few minutes; its pages "
        "are of one answer, and are there for an hour (`bad_cursor` afterwards).",
        tags=["analytics"],
        parameters=[*DAYS, FORMAT, *paging.PARAMETERS, SEEN],
        responses={
            (200, "application/json"): answers.AnalyticsAnswerSerializer,
            (200, "text/csv"): OpenApiTypes.STR,
            304: OpenApiResponse(description="It is the answer that If-None-Match names."),
        },
    )
    def get(self, request: Request, query: str) -> Response | HttpResponse:
        given = {name: str(text) for name, text in request.query_params.items() if name not in OURS}
        wanted = _format(request)
        page = paging.asked(request, f"analytics {query} {sorted(given.items())}")
        found, first = _found(query, given, page)
        headers = {
            "ETag": _tag(found, page.limit, first, wanted),
            "Cache-Control": CACHED,
            "Vary": "Accept-Language, Authorization",
        }
        if _is_seen(request, headers["ETag"]):
            return HttpResponse(status=304, headers=headers)
        if wanted == "csv":
            return _file(query, found, headers)
        return Response(_page(found, page, first), headers=headers)


def _found(query: str, given: Mapping[str, str], page: Asked) -> tuple[Kept, int]:
    """The answer, and at which row its page begins; the next pages are of the first one's."""
    if page.start is None:
        return services.answered(query, given), 0
    identity, first = str(page.start["answer"]), int(page.start["row"])
    found = services.kept(query, given, identity)
    if found is None:
        message = "The answer is no longer kept: start the list again."
        raise Malformed(message, code="bad_cursor")
    return found, first


def _page(found: Kept, page: Asked, first: int) -> dict[str, Any]:
    rows = found.answer.rows
    last = first + page.limit
    following = {"answer": found.id, "row": str(last)} if last < len(rows) else None
    shown = answers.answer_shown(found, rows[first:last], translation.get_language() or "")
    return {**shown, **page.answer((), following).data, "items": shown["items"]}


def _file(query: str, found: Kept, headers: Mapping[str, str]) -> HttpResponse:
    return HttpResponse(
        as_csv(found.answer, translation.get_language() or ""),
        content_type="text/csv; charset=utf-8",
        headers={**headers, "Content-Disposition": f'attachment; filename="{query}.csv"'},
    )


def _format(request: Request) -> str:
    wanted = request.query_params.get("format", "json")
    if wanted not in FORMATS:
        fault = FieldError("format", f"One of {', '.join(FORMATS)}.")
        raise Invalid("There is no such format.", errors=(fault,))
    return wanted


def _tag(found: Kept, *shown: object) -> str:
    """Names these very bytes: an answer never changes, and the page says the rest."""
    told = repr((found.id, translation.get_language(), *shown))
    return f'"{hashlib.sha256(told.encode()).hexdigest()[:32]}"'


def _is_seen(request: Request, tag: str) -> bool:
    seen = request.headers.get("If-None-Match", "")
    return tag in {one.strip().removeprefix("W/") for one in seen.split(",")}
