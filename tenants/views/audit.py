"""What was recorded in the school, to its admins."""

from typing import Any

from django.http import HttpResponse
from django.utils import translation
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from luca.api import paging
from luca.api.permissions import Anyone
from luca.api.views import SchoolView
from luca.aws.audit import Action
from luca.kernel.errors import FieldError, Invalid
from tenants import services
from tenants.domain import AuditSearch
from tenants.serializers import audit as serializers

FORMS: dict[str, tuple[str, Any]] = {
    "csv": ("text/csv; charset=utf-8", serializers.as_table),
    "jsonl": ("application/x-ndjson", serializers.as_lines),
}
FIELDS = ("since", "until", "actor", "action", "about")
SPAN = [
    OpenApiParameter("since", str, description="a day of the school, or a time with its zone"),
    OpenApiParameter("until", str, description="the same; a day is included"),
]
WANTED = [
    *SPAN,
    OpenApiParameter("actor", str, description="a person's id, `operator` or `luca`"),
    OpenApiParameter("action", str, enum=[one.value for one in Action]),
    OpenApiParameter("about", str, description="kind:id, for example student:s1"),
]


class Log(SchoolView):
    permission_classes = [Anyone("school_admin")]

    @extend_schema(
        operation_id="audit_log",
        summary="Who did what, the newest first; the last 30 days unless said otherwise",
        description="A page looks at a month at most, so it may be short, even empty, although "
        "more follow: only `next_cursor` says whether it is the last.",
        tags=["audit"],
        parameters=[*WANTED, *paging.PARAMETERS],
        responses=serializers.EntriesSerializer,
    )
    def get(self, request: Request) -> Response:
        asked = paging.asked(request, f"audit {_asked(request)}")
        search = _search(request, asked.start)
        found, following = services.audit_entries(search, limit=asked.limit, start=asked.start)
        if following is not None:  # later pages end where the first did, whatever time it is
            span = {"since": search.since.isoformat(), "until": search.until.isoformat()}
            following = {**following, **span}
        language = translation.get_language() or ""
        return asked.answer([serializers.shown(one, language) for one in found], following)


class Export(SchoolView):
    permission_classes = [Anyone("school_admin")]

    @extend_schema(
        operation_id="export_audit_log",
        summary="The same as a file, which is recorded itself",
        description="413 `too_many_entries` when they are more than 20,000: ask for less time.",
        tags=["audit"],
        parameters=[
            *WANTED,
            OpenApiParameter("format", str, enum=list(FORMS), description="default: csv"),
        ],
        responses={
            (200, "text/csv"): OpenApiTypes.STR,
            (200, "application/x-ndjson"): OpenApiTypes.STR,
        },
    )
    def get(self, request: Request) -> HttpResponse:
        form = request.query_params.get("format", "csv")
        if form not in FORMS:
            fault = FieldError("format", f"One of {', '.join(FORMS)}.")
            raise Invalid("There is no such format.", errors=(fault,))
        search = _search(request)
        kind, written = FORMS[form]
        entries = services.exported_audit(search)
        answer = HttpResponse(written(entries, translation.get_language() or ""), content_type=kind)
        days = f"{search.since:%Y%m%d}-{search.until:%Y%m%d}"
        answer["Content-Disposition"] = f'attachment; filename="audit-{days}.{form}"'
        return answer


def _asked(request: Request) -> list[str]:
    return [request.query_params.get(name, "") for name in FIELDS]


def _search(request: Request, start: Any = None) -> AuditSearch:
    asked: dict[str, Any] = dict(zip(FIELDS, _asked(request), strict=True))
    if start is not None:
        asked |= {"since": start["since"], "until": start["until"]}
    return services.audit_search(**asked)
