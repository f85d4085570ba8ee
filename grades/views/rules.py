"""How a subject is graded: versions of its rules, with their dates."""

import re
from typing import Any

from django.utils import translation
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from grades import services
from grades.serializers import rules as answers
from grades.views.common import KEY, READ, STAFF, ids
from luca.api import bodies, idempotency, paging
from luca.api.permissions import Anyone
from luca.api.views import SchoolView
from luca.kernel.errors import FieldError, Invalid, NotFound
from luca.kernel.ids import SubjectId

SUBJECT, ONE = ids("subject"), ids("subject", "version")
TRIED = OpenApiParameter("dry_run", bool, description="true: say what would be, store nothing")
YES_OR_NO = {"true": True, "false": False}
_NUMBER = re.compile(r"[1-9]\d{0,8}", re.ASCII)


class _View(SchoolView):
    @property
    def permission_classes(self) -> Any:  # type: ignore[override]  # who reads is more than who writes
        reads = self.request.method == "GET"
        return [Anyone(*STAFF, scopes=READ) if reads else Anyone("school_admin")]


class Rules(_View):
    @extend_schema(
        operation_id="rules",
        summary="The versions of a subject's rules, the newest first",
        tags=["rules"],
        parameters=[*SUBJECT, *paging.PARAMETERS],
        responses=answers.RulesListSerializer,
    )
    def get(self, request: Request, subject: str) -> Response:
        asked = paging.asked(request, f"rules {subject}")
        found, following = services.rules_page(SubjectId(subject), asked.limit, asked.start)
        return asked.answer([answers.version(*one) for one in found], following)

    @extend_schema(
        operation_id="publish_rules",
        summary="Publish rules for a subject, in force from a day on",
        description="Everybody in the open courses is recomputed, at once or when the day comes. "
        "The answer is 200 if nothing was stored: with `dry_run`, or because the last version "
        "says the same.",
        tags=["rules"],
        parameters=[*SUBJECT, TRIED, KEY],
        request=answers.NewRulesSerializer,
        responses={201: answers.PublicationSerializer, 200: answers.PublicationSerializer},
    )
    def post(self, request: Request, subject: str) -> Any:
        body = bodies.decode(request, answers.NewRules)
        given, day, tried = body.given(), body.day(), _tried(request)
        services.check_subject(SubjectId(subject))

        def publish() -> Response:
            done = services.publish_rules(SubjectId(subject), given, valid_from=day, dry_run=tried)
            told = answers.publication(done, translation.get_language() or "")
            response = Response(told, status=201 if done.stored else 200)
            if done.stored:
                response["Location"] = f"/subjects/{subject}/rules/{done.version.number}"
            return response

        return publish() if tried else idempotency.once(request, publish)


class OneVersion(_View):
    @extend_schema(
        operation_id="rules_version",
        summary="One version of a subject's rules",
        tags=["rules"],
        parameters=ONE,
        responses=answers.RulesSerializer,
    )
    def get(self, _request: Request, subject: str, version: str) -> Response:
        found = services.rules_version(SubjectId(subject), _numbered(version))
        return Response(answers.version(*found))

    @extend_schema(
        operation_id="withdraw_rules",
        summary="Take a version back whose day has not come",
        description="It stays in the list as withdrawn, and its number is not given again.",
        tags=["rules"],
        parameters=ONE,
        responses={204: None},
    )
    def delete(self, _request: Request, subject: str, version: str) -> Response:
        services.withdraw_rules(SubjectId(subject), _numbered(version))
        return Response(status=204)


def _numbered(version: str) -> int:
    if not _NUMBER.fullmatch(version):
        raise NotFound("There is no such version of these rules.", code="rules_not_found")
    return int(version)


def _tried(request: Request) -> bool:
    given = request.query_params.get("dry_run", "false")
    if given not in YES_OR_NO:
        message = "dry_run is true or false."
        raise Invalid(message, errors=(FieldError("dry_run", message),))
    return YES_OR_NO[given]
