"""Results: recorded one by one or by the hundred, corrected, excused."""

from typing import Any

import msgspec
from django.http import HttpResponseBase
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from grades import services
from grades.domain import Done, Evaluation, NewEvaluation, Outcome
from grades.serializers import answers, schema
from grades.serializers import bodies as rows
from grades.views.common import KEY, READ, READERS, STAFF, WRITE, ids
from luca.api import bodies, idempotency
from luca.api.etags import SEEN, etag, if_match
from luca.api.permissions import Anyone
from luca.api.problems import problem
from luca.api.views import SchoolView
from luca.aws.idempotency import Ticket
from luca.kernel.errors import FieldError, Invalid, LucaError, TooLarge
from luca.kernel.ids import AssessmentId, PeriodId, StudentId, SubjectId
from tenants.domain import Course

ROWS = 100
STATUS = {Done.STORED: 201, Done.UNCHANGED: 200}
RESULT = ids("student", "subject", "period", "assessment")


class Evaluations(SchoolView):
    permission_classes = [Anyone(*STAFF, scopes=WRITE)]

    @extend_schema(
        operation_id="record_evaluations",
        summary="Record one result, or up to 100 with an outcome for each",
        description="One object answers 201 with the evaluation, or 200 if the very same result "
        "was there. A list, or an object with `evaluations`, answers 200 with `results`.",
        tags=["grades"],
        parameters=[KEY],
        request=PolymorphicProxySerializer(
            "NewEvaluations", [schema.RowSerializer, schema.RowsSerializer], None
        ),
        responses={
            200: PolymorphicProxySerializer(
                "Recorded", [schema.EvaluationSerializer, schema.OutcomesSerializer], None
            ),
            201: schema.EvaluationSerializer,
        },
    )
    def post(self, request: Request) -> HttpResponseBase:
        several = _several(request)
        if several is None:
            row = bodies.decode(request, rows.Row).value()
            return idempotency.joined(request, lambda ticket: self._one(row, ticket), _stored)
        return idempotency.once(request, lambda: self._many(several), final=answers.final)

    def _one(self, row: NewEvaluation, ticket: Ticket | None) -> Evaluation | Outcome:
        (outcome,) = services.record(self.caller.person, [row], ticket=ticket)
        if outcome.error is not None:
            raise outcome.error
        return outcome

    def _many(self, raws: list[msgspec.Raw]) -> Response:
        read = [_row(raw) for raw in raws]
        good = [n for n, row in enumerate(read) if isinstance(row, NewEvaluation)]
        outcomes = services.record(
            self.caller.person, [row for row in read if isinstance(row, NewEvaluation)]
        )
        by_place = {good[outcome.index]: outcome for outcome in outcomes}
        results = [
            _refused(n, row) if isinstance(row, LucaError) else _told(n, by_place[n])
            for n, row in enumerate(read)
        ]
        return Response({"results": results})


def _several(request: Request) -> list[msgspec.Raw] | None:
    """Return the rows of a bulk call, each still unread; None when the body is one result."""
    if request.body.lstrip()[:1] == b"[":
        found: Any = bodies.decode(request, list[msgspec.Raw])
    else:
        found = bodies.decode(request, rows.Rows).evaluations
    if found is msgspec.UNSET:
        return None
    if len(found) > ROWS:
        raise TooLarge(f"One call takes at most {ROWS} results.", code="too_many_rows")
    if not found:
        fault = FieldError("evaluations", "At least one result.")
        raise Invalid("There is nothing to record.", errors=(fault,))
    return list(found)


def _row(raw: msgspec.Raw) -> NewEvaluation | LucaError:
    try:
        return bodies.decode_bytes(raw, rows.Row).value()
    except LucaError as error:
        return error


def _stored(found: Evaluation | Outcome) -> Response:
    """The answer to one result; the ticket knows it as what was stored."""
    done = found.done if isinstance(found, Outcome) else Done.STORED
    one = found.evaluation if isinstance(found, Outcome) else found
    if one is None:
        raise TypeError("An outcome without an error has an evaluation.")
    response = Response(answers.evaluation(one), status=STATUS[done])
    response["ETag"] = etag(one.version)
    response["Location"] = _address(one)
    return response


def _address(one: Evaluation) -> str:
    return f"/evaluations/{one.student}/{one.subject}/{one.period}/{one.assessment}"


def _told(index: int, outcome: Outcome) -> dict[str, Any]:
    if outcome.error is not None:
        return _refused(index, outcome.error)
    told = None if outcome.evaluation is None else answers.evaluation(outcome.evaluation)
    return {"index": index, "status": STATUS[outcome.done], "evaluation": told}


def _refused(index: int, error: LucaError) -> dict[str, Any]:
    found = problem(error)
    told = {"index": index, "status": found.status, "code": found.code, "detail": found.detail}
    if found.errors:
        told["errors"] = [{"field": one.field, "message": one.message} for one in found.errors]
    return told


class OneEvaluation(SchoolView):
    @property
    def permission_classes(self) -> Any:  # type: ignore[override]  # who reads is more than who writes
        reads = self.request.method == "GET"
        return [Anyone(*READERS, scopes=READ) if reads else Anyone(*STAFF, scopes=WRITE)]

    @extend_schema(
        operation_id="evaluation",
        summary="One result with its history",
        tags=["grades"],
        parameters=RESULT,
        responses=schema.EvaluationHistorySerializer,
    )
    def get(self, _request: Request, **ids: str) -> Response:
        return _versioned(services.evaluation(*_named(ids)))

    @extend_schema(
        operation_id="correct_evaluation",
        summary="Correct a result, with a reason and over the version that was seen",
        tags=["grades"],
        parameters=[*RESULT, SEEN],
        request=schema.ChangeSerializer,
        responses=schema.EvaluationHistorySerializer,
    )
    def patch(self, request: Request, **ids: str) -> Response:
        change = bodies.decode(request, rows.Change)
        return _versioned(
            services.correct(
                self.caller.person,
                *_named(ids),
                change.value(),
                reason=change.reason,
                version=_seen(request, change.version),
            )
        )


class ExcuseEvaluation(SchoolView):
    permission_classes = [Anyone(*STAFF, scopes=WRITE)]

    @extend_schema(
        operation_id="excuse_evaluation",
        summary="Make an assessment not concern a student",
        tags=["grades"],
        parameters=[*RESULT, SEEN],
        request=schema.ExcuseSerializer,
        responses=schema.EvaluationHistorySerializer,
    )
    def post(self, request: Request, **ids: str) -> Response:
        excuse = bodies.decode(request, rows.Why)
        return _versioned(
            services.excuse(
                self.caller.person,
                *_named(ids),
                reason=excuse.reason,
                version=_seen(request, excuse.version),
            )
        )


class VoidEvaluation(SchoolView):
    permission_classes = [Anyone(*STAFF, scopes=WRITE)]

    @extend_schema(
        operation_id="void_evaluation",
        summary="Take a result back, as if nothing had been recorded",
        tags=["grades"],
        parameters=[*RESULT, SEEN],
        request=schema.VoidSerializer,
        responses=schema.EvaluationHistorySerializer,
    )
    def post(self, request: Request, **ids: str) -> Response:
        why = bodies.decode(request, rows.Why)
        version = _seen(request, why.version)
        return _versioned(
            services.void(self.caller.person, *_named(ids), reason=why.reason, version=version)
        )


class MoveEvaluation(SchoolView):
    permission_classes = [Anyone(*STAFF, scopes=WRITE)]

    @extend_schema(
        operation_id="move_evaluation",
        summary="Count a result in another category, for this student only",
        tags=["grades"],
        parameters=[*RESULT, SEEN],
        request=schema.MoveSerializer,
        responses=schema.EvaluationHistorySerializer,
    )
    def post(self, request: Request, **ids: str) -> Response:
        move = bodies.decode(request, rows.Move)
        return _versioned(
            services.move(
                self.caller.person,
                *_named(ids),
                category=move.category,
                reason=move.reason,
                version=_seen(request, move.version),
            )
        )


def _named(ids: dict[str, str]) -> tuple[StudentId, Course, AssessmentId]:
    course = Course(SubjectId(ids["subject"]), PeriodId(ids["period"]))
    return StudentId(ids["student"]), course, AssessmentId(ids["assessment"])


def _seen(request: Request, given: int | None) -> int:
    """Return the version that the caller saw: a change without one could undo another's."""
    seen = if_match(request)
    if seen is None and given is None:
        message = "Say which version you saw, here or in If-Match."
        raise Invalid(message, code="version_missing", errors=(FieldError("version", message),))
    if None not in {seen, given} and seen != given:
        message = "The version and If-Match contradict each other."
        raise Invalid(message, errors=(FieldError("version", message),))
    return seen if seen is not None else given or 0


def _versioned(one: Evaluation) -> Response:
    response = Response(answers.with_history(one))
    response["ETag"] = etag(one.version)
    return response
