"""A student's events that the table has forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema

from lake.serializers.past import PastEventPageSerializer, shown
from lake.services import past_events
from luca.api import paging
from luca.api.permissions import Anyone
from luca.api.views import SchoolView
from luca.kernel.ids import StudentId

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.response import Response

BEFORE = "before"  # what a cursor holds
DAY = "a day of the school's time zone, or a time with its zone"


class PastEvents(SchoolView):
    permission_classes = [Anyone("school_admin")]

    @extend_schema(
        operation_id="list_past_events",
        summary="A student's events of any age, newest first, read back out of the lake",
        description="The list of the last 30 days is `GET /students/{student}/events`; this one is "
        "slower, a minute or two behind, and in the audit log each time it is begun. One request "
        "reads six months at most: a page may be shorter than its limit, even empty, although "
        "more follow: only `next_cursor` says whether it is the last.",
        parameters=[
            OpenApiParameter("type", OpenApiTypes.STR),
            OpenApiParameter("since", OpenApiTypes.STR, description=DAY),
            OpenApiParameter("until", OpenApiTypes.STR, description=f"{DAY}; a day is included"),
            *paging.PARAMETERS,
        ],
        responses={200: PastEventPageSerializer},
    )
    def get(self, request: Request, student: str) -> Response:
        search = {name: request.query_params.get(name, "") for name in ("type", "since", "until")}
        asked = paging.asked(request, "\0".join(["past events", student, *search.values()]))
        found, rest = past_events.past_events(
            StudentId(student),
            kind=search["type"],
            since=search["since"],
            until=search["until"],
            before=str(asked.start[BEFORE]) if asked.start else None,
            limit=asked.limit,
        )
        return asked.answer([shown(one) for one in found], {BEFORE: rest} if rest else None)
