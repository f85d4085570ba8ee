"""The HTTP of xAPI 1.0.3: its headers and statuses around the same door as for events."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework import status
from rest_framework.response import Response

from behavior import services
from behavior.serializers.statements import StatementSerializer, XapiAboutSerializer
from luca.api import bodies, idempotency
from luca.api.permissions import Anyone
from luca.api.views import PublicView, SchoolView
from luca.kernel.errors import FieldError, Malformed

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase
    from rest_framework.request import Request

    from behavior.domain import EventId

HEADER = "X-Experience-API-Version"
SPOKEN = "1.0.3"
UNDERSTOOD = ["1.0.3", "1.0.2", "1.0.1", "1.0.0"]
ASKED = re.compile(r"1\.0(\.[0-9]{1,3})?", re.ASCII)  # 1.0 means 1.0.0
PARAMETER = "statementId"
VERSION = OpenApiParameter(
    HEADER, OpenApiTypes.STR, OpenApiParameter.HEADER, required=True, description="1.0.3"
)
KEY = OpenApiParameter("Idempotency-Key", OpenApiTypes.STR, OpenApiParameter.HEADER)


class Statements(SchoolView):
    """Statements come in here; what they became is read as events."""

    permission_classes = [Anyone("student", "teacher", "school_admin", scopes=("behavior.write",))]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not ASKED.fullmatch(request.headers.get(HEADER, "")):
            raise Malformed(f"{HEADER} must be {SPOKEN}, or another 1.0.", code="xapi_version")

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        return _versioned(super().finalize_response(request, response, *args, **kwargs))

    @extend_schema(
        operation_id="record_statements",
        summary="Take one xAPI statement, or an array of up to 50",
        request=PolymorphicProxySerializer(
            component_name="StatementsRequest",
            serializers=[StatementSerializer, StatementSerializer(many=True)],
            resource_type_field_name=None,
            many=False,
        ),
        responses={200: {"type": "array", "items": {"type": "string", "format": "uuid"}}},
        parameters=[VERSION, KEY],
    )
    def post(self, request: Request) -> Response | HttpResponse:
        """Take statements as events, all or none; they are stored a moment later.

        Answers their ids in their order. Those that cannot be taken are named with 400, as
        xAPI has it; `docs/xapi.md` says what is taken.
        """

        def answer(ids: list[EventId]) -> Response:
            return Response(ids)

        return _taken(request, None, answer)

    @extend_schema(
        operation_id="record_statement",
        summary="Take one xAPI statement under an id",
        request=StatementSerializer,
        responses={204: None},
        parameters=[VERSION, KEY, OpenApiParameter(PARAMETER, OpenApiTypes.UUID, required=True)],
    )
    def put(self, request: Request) -> Response | HttpResponse:
        """Take one statement. Its own id, if it has one, must be the same."""
        named = request.query_params.get(PARAMETER)
        if named is None:
            fault = FieldError(PARAMETER, "Is required.")
            raise Malformed("PUT names its statement.", errors=(fault,))

        def answer(_: list[EventId]) -> Response:
            return Response(status=status.HTTP_204_NO_CONTENT)

        return _taken(request, named, answer)


class About(PublicView):
    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        return _versioned(super().finalize_response(request, response, *args, **kwargs))

    @extend_schema(
        operation_id="about_xapi",
        summary="The versions of xAPI that are understood",
        responses={200: XapiAboutSerializer},
    )
    def get(self, _request: HttpRequest) -> Response:
        return Response({"version": UNDERSTOOD})


def _versioned(response: HttpResponseBase) -> HttpResponseBase:
    """Say on every answer, errors too, which version it speaks."""
    response[HEADER] = SPOKEN
    return response


def _taken(
    request: Request, named: str | None, answer: Callable[[list[EventId]], Response]
) -> Response | HttpResponse:
    given = services.read_statements(bodies.json(request), named)
    key = request.headers.get("Idempotency-Key", "")
    return idempotency.once(
        request, lambda: answer(services.accept_statements(given, request_id=key))
    )
