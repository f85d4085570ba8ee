"""Tables of people, imported while somebody waits."""

from typing import Any

from django.utils import translation
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from luca.api import bodies, idempotency
from luca.api.views import SchoolView
from luca.kernel.errors import FieldError, Invalid, NotFound
from luca.kernel.tables import Fault
from tenants.serializers.imports import ImportSerializer
from tenants.services.imports import INTERACTIVE, Kind, Report, import_table
from tenants.views.school import OFFICE

KINDS = [kind.value for kind in Kind]


class Import(SchoolView):
    permission_classes = OFFICE

    @extend_schema(
        operation_id="import",
        summary="Import a CSV table of students, teachers, guardians, groups or enrolments",
        description=f"At most {INTERACTIVE} rows, UTF-8 or Windows-1252, comma, semicolon or tab, "
        "headers in Spanish or English. All rows are checked before one is written: with a faulty "
        "one the answer is 422, `errors` names each by `line N.column`, and nothing is stored, "
        "unless `partial=true`. `dry_run=true` stores nothing and says what would happen. Empty "
        "cells leave what is stored. Repeating an import changes nothing.",
        tags=["people"],
        parameters=[
            OpenApiParameter("kind", str, OpenApiParameter.PATH, enum=KINDS),
            OpenApiParameter("dry_run", bool, description="check everything, store nothing"),
            OpenApiParameter("partial", bool, description="import the good rows"),
        ],
        request={"text/csv": OpenApiTypes.STR},
        responses=ImportSerializer,
    )
    def post(self, request: Request, kind: str) -> Any:
        if kind not in KINDS:
            raise NotFound(f"One can import {', '.join(KINDS)}.", code="kind_not_found")
        content = bodies.csv(request)
        dry_run, partial = _switch(request, "dry_run"), _switch(request, "partial")

        def work() -> Response:
            report = import_table(
                Kind(kind), content, dry_run=dry_run, partial=partial, most_rows=INTERACTIVE
            )
            if not (report.written or dry_run):
                raise _refused(report)
            return Response(ImportSerializer(_shown(report)).data)

        return idempotency.once(request, work)


def _refused(report: Report) -> Invalid:
    faults = tuple(
        FieldError(
            f"line {one['line']}" + (f".{one['column']}" * bool(one["column"])), one["message"]
        )
        for one in map(_fault, report.faults)
    )
    return Invalid("Some rows have faults; nothing was stored.", code="bad_rows", errors=faults)


def _shown(report: Report) -> dict[str, Any]:
    return {
        "kind": report.kind.value,
        "new": report.new,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "refused": report.refused,
        "written": report.written,
        "faults": [_fault(one) for one in report.faults],
    }


def _fault(one: Fault) -> dict[str, Any]:
    language = translation.get_language() or ""
    return {"line": one.line, "column": one.column, "message": one.cause.said(language)}


def _switch(request: Request, name: str) -> bool:
    given = request.query_params.get(name, "false")
    if given not in {"true", "false"}:
        raise Invalid(f"{name} is not valid.", errors=(FieldError(name, "true or false."),))
    return given == "true"
