"""The HTTP of behaviour: hand the body over, answer with ids; show a student's events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework import status
from rest_framework.response import Response

from behavior import services
from behavior.serializers.events import (
    AcceptedSerializer,
    EventPageSerializer,
    SentManySerializer,
    SentSerializer,
    shown,
)
from luca.api import bodies, idempotency, paging
from luca.api.permissions import Anyone
from luca.api.views import SchoolView
from luca.kernel.errors import FieldError, Invalid
from luca.kernel.ids import StudentId

if TYPE_CHECKING:
    from django.http import HttpResponse
    from rest_framework.request import Request

PLACE = "place"  # what a cursor holds
READERS = Anyone("student", "guardian", "teacher", "school_admin", scopes=("behavior.read",))
DAY = "a day of the school's time zone, or a time with its zone"


class Behavior(SchoolView):
    permission_classes = [Anyone("student", "teacher", "school_admin", scopes=("behavior.write",))]

    @extend_schema(
        operation_id="record_behavior",
        summary="Take one event, or up to 50",
        request=PolymorphicProxySerializer(
            component_name="BehaviorRequest",
            serializers=[SentSerializer, SentManySerializer, SentSerializer(many=True)],
            resource_type_field_name=None,
            many=False,
        ),
        responses={202: AcceptedSerializer},
        parameters=[
            OpenApiParameter("Idempotency-Key", OpenApiTypes.STR, OpenApiParameter.HEADER),
        ],
    )
    def post(self, request: Request) -> Response | HttpResponse:
        """Take events; they are stored a moment later.

        All are taken, or none and each bad row is named. An event that carries an
        `event_id` may be sent again at any time; one without gets an id, which follows from
        the Idempotency-Key if there is one.
        """
        body, key = bodies.json(request), request.headers.get("Idempotency-Key", "")

        def accept() -> Response:
            ids = services.accept(body, request_id=key)
            return Response({"event_ids": ids}, status=status.HTTP_202_ACCEPTED)

        return idempotency.once(request, accept)


class StudentEvents(SchoolView):
    permission_classes = [READERS]

    @extend_schema(
        operation_id="list_events",
        summary="A student's events, newest first",
        parameters=[
            OpenApiParameter("type", OpenApiTypes.STR),
            OpenApiParameter("since", OpenApiTypes.STR, description=DAY),
            OpenApiParameter("until", OpenApiTypes.STR, description=f"{DAY}; a day is included"),
            OpenApiParameter("limit", OpenApiTypes.INT, description="1 to 50"),
            OpenApiParameter("cursor", OpenApiTypes.STR),
        ],
        responses={200: EventPageSerializer},
    )
    def get(self, request: Request, student: str) -> Response:
        """Show what is known of the last 30 days.

        One request looks at 1,000 events at most. A page may be shorter than its limit, even
        empty, although more follow: only `next_cursor` says whether it is the last.
        """
        search = [request.query_params.get(name, "") for name in ("type", "since", "until")]
        asked = paging.asked(request, "\0".join(["events", student, *search]))
        if asked.limit > services.PAGE:
            fault = FieldError("limit", f"A whole number from 1 to {services.PAGE}.")
            raise Invalid("The limit is not valid.", errors=(fault,))
        after = asked.start[PLACE] if asked.start else None
        events, rest = services.events_of(
            StudentId(student), after, asked.limit, services.wanted(*search)
        )
        return asked.answer([shown(one) for one in events], {PLACE: rest} if rest else None)
