"""Which types of events a school has, and defining them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response

from behavior import services
from behavior.serializers import types as serializers
from luca.api import bodies, paging
from luca.api.etags import SEEN, etag, if_match, seen
from luca.api.permissions import Anyone
from luca.api.views import SchoolView

if TYPE_CHECKING:
    from rest_framework.request import Request

    from behavior.domain import EventType

PLACE = "place"  # what a cursor holds
NAME = OpenApiParameter("type", str, OpenApiParameter.PATH, description="as events name it")


class _View(SchoolView):
    permission_classes = [Anyone(scopes=("behavior.read", "behavior.write"))]
    changing_classes = [Anyone("school_admin")]


class EventTypes(_View):
    @extend_schema(
        operation_id="event_types",
        summary="The types of events of the caller's school, by name",
        description="Those that are switched off as well.",
        tags=["behavior"],
        parameters=paging.PARAMETERS,
        responses=serializers.TypesSerializer,
    )
    def get(self, request: Request) -> Response:
        asked = paging.asked(request, "event types")
        after = asked.start[PLACE] if asked.start else ""
        rest = [one for one in services.event_types() if one.name > after]
        page, more = rest[: asked.limit], len(rest) > asked.limit
        following = {PLACE: page[-1].name} if more else None
        return asked.answer([serializers.shown(one) for one in page], following)


class OneEventType(_View):
    @extend_schema(
        operation_id="event_type",
        summary="One type of event",
        description="`ETag` is its version, which a change brings back in `If-Match`.",
        tags=["behavior"],
        parameters=[NAME],
        responses=serializers.TypeSerializer,
    )
    def get(self, _request: Request, type: str) -> Response:  # noqa: A002 -- as the address names it
        return _versioned(services.event_type(type))

    @extend_schema(
        operation_id="define_event_type",
        summary="Define a type of event, or change one",
        description="Without `If-Match` the type must be new; with it, it is replaced if it is "
        "still of the version that was seen. A built-in type is changed for this school alone. "
        "Events that are stored stay as they are.",
        tags=["behavior"],
        parameters=[NAME, SEEN],
        request=serializers.NewTypeSerializer,
        responses={200: serializers.TypeSerializer, 201: serializers.TypeSerializer},
    )
    def put(self, request: Request, type: str) -> Response:  # noqa: A002 -- as above
        given = bodies.decode(request, serializers.NewType)
        before = if_match(request)
        one = services.define_type(
            type,
            labels=(given.labels.es, given.labels.en),
            schema=given.schema,
            active=given.active,
            seen=before,
        )
        return _versioned(one, 201 if before is None else 200)

    @extend_schema(
        operation_id="remove_event_type",
        summary="Remove a type of the school's own",
        description="A built-in type that the school has changed is again as every school has "
        "it; one that it has not changed can be switched off (409). Events that are stored stay.",
        tags=["behavior"],
        parameters=[NAME, SEEN],
        responses={204: None},
    )
    def delete(self, request: Request, type: str) -> Response:  # noqa: A002 -- as above
        services.remove_type(type, seen=seen(request))
        return Response(status=204)


def _versioned(one: EventType, status: int = 200) -> Response:
    response = Response(serializers.shown(one), status=status)
    response["ETag"] = etag(one.version)
    return response
