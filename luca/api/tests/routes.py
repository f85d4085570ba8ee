"""Views for tests: each does one thing that views of the apps do."""

import time
from decimal import Decimal
from typing import Any

import msgspec
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from rest_framework import exceptions as drf
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from luca.api import etags, idempotency, paging
from luca.api.bodies import decode
from luca.api.permissions import Anyone
from luca.api.views import PublicView, SchoolView
from luca.aws import store
from luca.aws.idempotency import Ticket
from luca.aws.table import TenantItem, tenant_key
from luca.kernel import context, errors
from luca.kernel.errors import FieldError
from luca.urls import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500"]
SECRET = "Ada Nunez has the CURP SABC560626MDFLRN01"
RAISED: dict[str, Exception] = {
    "malformed": errors.Malformed("No."),
    "unauthenticated": errors.Unauthenticated("No."),
    "forbidden": errors.Forbidden("No."),
    "not_found": errors.NotFound("No."),
    "conflict": errors.Conflict("No.", code="period_closed"),
    "failed": store.ConditionFailed(),
    "precondition": errors.PreconditionFailed("No."),
    "too_large": errors.TooLarge("No."),
    "invalid": errors.Invalid("No.", errors=(FieldError("rows.3.score", "Too much."),)),
    "too_many": errors.TooMany("No."),
    "unavailable": errors.Unavailable("No."),
    "busy": store.Busy(),
    "http404": Http404("/secret"),
    "denied": PermissionDenied(),
    "suspicious": SuspiciousOperation(SECRET),
    "throttled": drf.Throttled(7),
    "bug": RuntimeError(SECRET),
}
CALLS: list[str] = []


class Raise(PublicView):
    def get(self, request: Request, what: str) -> Response:
        raise RAISED[what]


class Row(msgspec.Struct, forbid_unknown_fields=True):
    student: str
    score: Decimal


class Rows(msgspec.Struct):
    rows: list[Row]


class Decode(PublicView):
    def post(self, request: Request) -> Response:
        return Response([str(row.score) for row in decode(request, Rows).rows])


class Inner(serializers.Serializer[Any]):
    score = serializers.IntegerField(max_value=100)


class Outer(serializers.Serializer[Any]):
    name = serializers.CharField()
    rows = Inner(many=True)


class Serialize(PublicView):
    def post(self, request: Request) -> Response:
        data = Outer(data=request.data)
        data.is_valid(raise_exception=True)
        return Response(data.validated_data)


class Who(SchoolView):
    def get(self, request: Request) -> Response:
        here = context.current()
        return Response(
            [here.school, here.actor, sorted(here.groups), here.correlation_id, here.trace_id]
        )


class Fail(SchoolView):
    def get(self, request: Request) -> Response:
        raise RuntimeError(SECRET)


class ForTeachers(SchoolView):
    permission_classes = [Anyone("teacher", "school_admin")]

    def get(self, request: Request, student: str) -> Response:
        return Response(student)


class Once(SchoolView):
    def post(self, request: Request) -> Any:
        data: Any = request.data

        def work() -> Response:
            CALLS.append(str(data))
            time.sleep(data.get("seconds", 0))
            if data.get("fail"):
                raise errors.Conflict("No.")
            return Response({"call": len(CALLS)}, status=201, headers={"ETag": '"1"'})

        return idempotency.once(request, work)


class Thing(TenantItem, discriminator="thing"):
    pass


class Joined(SchoolView):
    def post(self, request: Request) -> Any:
        data: Any = request.data

        def work(ticket: Ticket | None) -> str:
            place = tenant_key("THING", data["thing"])
            transaction = store.Transaction()
            transaction.put(Thing(place, "-"), Thing.pk.does_not_exist(), name="thing")
            if ticket is not None:
                ticket.join(transaction, "made")
            transaction.commit()
            CALLS.append(data["thing"])
            return "made"

        return idempotency.joined(request, work, lambda word: Response({"is": word}, status=201))


class Paged(SchoolView):
    def get(self, request: Request) -> Response:
        asked = paging.asked(request, "things " + request.query_params.get("of", ""))
        start = int(asked.start["PK"]["S"]) if asked.start else 0
        end = start + asked.limit
        return asked.answer(range(start, end), {"PK": {"S": str(end)}} if end < 120 else None)


class Tagged(PublicView):
    def put(self, request: Request) -> Response:
        return Response({"seen": etags.if_match(request)}, headers={"ETag": etags.etag(8)})


class Sleep(PublicView):
    def get(self, request: Request) -> Response:
        time.sleep(float(request.query_params["seconds"]))
        return Response({"slept": True})


def outside(_request: HttpRequest) -> HttpResponse:
    raise RuntimeError(SECRET)


urlpatterns = [
    path("raise/<what>", Raise.as_view()),
    path("decode", Decode.as_view()),
    path("serialize", Serialize.as_view()),
    path("who", Who.as_view()),
    path("fail", Fail.as_view()),
    path("students/<id:student>", ForTeachers.as_view()),
    path("once", Once.as_view()),
    path("joined", Joined.as_view()),
    path("paged", Paged.as_view()),
    path("tagged", Tagged.as_view()),
    path("outside", outside),
    path("sleep", Sleep.as_view()),
]
