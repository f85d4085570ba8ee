"""Tables of results that come back, as JSON, and how the schema describes them."""

from collections.abc import Iterable
from typing import Any

import msgspec
from rest_framework import serializers

from grades.domain import (
    CellKind,
    CellOutcome,
    CellState,
    GradebookImport,
    ImportedCell,
    ImportReport,
    Said,
)
from grades.serializers import answers
from luca.api.problems import problem
from luca.kernel import clock

ALL = "all"
STATES = ", ".join(CellState)
APPLIED = frozenset({CellState.APPLIED})
UNDONE = frozenset({CellState.UNDONE, CellState.WAITING, CellState.CONFLICT})  # or never applied
STATES = ", ".join(CellState)  # in words: a choice would need a name of its own in the schema


class Apply(msgspec.Struct, forbid_unknown_fields=True):
    """Which cells are to be changed; the reason goes into each result's history."""

    reason: str
    cells: list[str] | str = ALL


class Undo(msgspec.Struct, forbid_unknown_fields=True):
    reason: str


class ApplySerializer(serializers.Serializer[Any]):
    cells = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="ids, or `all`, which is usual"
    )
    reason = serializers.CharField(help_text="at most 440 characters; names nobody")


class UndoSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(help_text="at most 440 characters; names nobody")


class SaidSerializer(serializers.Serializer[Any]):
    status = serializers.CharField()
    score = serializers.CharField(allow_null=True)


class ImportedCellSerializer(serializers.Serializer[Any]):
    line = serializers.IntegerField(help_text="of the file, as an editor counts")
    column = serializers.CharField(help_text="as the file heads it; empty: the whole line")
    kind = serializers.ChoiceField(choices=[one.value for one in CellKind])
    id = serializers.CharField(required=False, help_text="of a change; what apply takes")
    student = serializers.CharField(required=False)
    assessment = serializers.CharField(required=False)
    was = SaidSerializer(required=False, allow_null=True, help_text="null: nothing was recorded")
    version = serializers.IntegerField(required=False, help_text="the precondition; 0: nothing")
    says = SaidSerializer(required=False)
    cause = serializers.CharField(required=False, help_text="of a refusal")
    state = serializers.CharField(required=False, help_text=f"of a change, now: {STATES}")


class CellCountsSerializer(serializers.Serializer[Any]):
    unchanged = serializers.IntegerField()
    new = serializers.IntegerField()
    corrected = serializers.IntegerField()
    refused = serializers.IntegerField()


class ImportSummarySerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    subject = serializers.CharField()
    period = serializers.CharField()
    group = serializers.CharField()
    made_at = serializers.DateTimeField()
    made_by = serializers.CharField(allow_null=True)
    counts = CellCountsSerializer()


class ImportPageSerializer(ImportSummarySerializer):
    items = ImportedCellSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class StateCountsSerializer(serializers.Serializer[Any]):
    waiting = serializers.IntegerField()
    applied = serializers.IntegerField()
    undone = serializers.IntegerField()
    conflict = serializers.IntegerField()
    changed = serializers.IntegerField()


class LeftCellSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    line = serializers.IntegerField()
    column = serializers.CharField()
    state = serializers.CharField(help_text=STATES)
    status = serializers.IntegerField(required=False, help_text="as of a request for this one")
    code = serializers.CharField(required=False)
    detail = serializers.CharField(required=False)


class ImportReportSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    counts = StateCountsSerializer()
    left = serializers.IntegerField(help_text="not 0: there was no time; send it again")
    items = LeftCellSerializer(many=True, help_text="what is not as it was to be")


def summary(made: GradebookImport) -> dict[str, Any]:
    return {
        "id": made.id,
        "subject": made.course.subject,
        "period": made.course.period,
        "group": made.group,
        "made_at": clock.stamp(made.made_at),
        "made_by": made.made_by,
        "counts": made.counts,
    }


def cells(
    page: Iterable[ImportedCell], states: Iterable[CellOutcome], language: str
) -> list[dict[str, Any]]:
    by_id = {one.cell.id: one.state for one in states}
    return [_cell(one, by_id, language) for one in page]


def _cell(one: ImportedCell, states: dict[str, CellState], language: str) -> dict[str, Any]:
    told: dict[str, Any] = {"line": one.line, "column": one.column, "kind": one.kind}
    if one.assessment is not None:
        told |= {
            "id": one.id,
            "student": one.student,
            "assessment": one.assessment,
            "was": _said(one.was),
            "version": one.version,
        }
    if one.says is not None:
        told["says"] = _said(one.says)
    if one.cause is not None:
        told["cause"] = one.cause.said(language)
    if one.is_change:
        told["state"] = states[one.id]
    return told


def _said(one: Said | None) -> dict[str, Any] | None:
    return None if one is None else {"status": one.status, "score": answers.number(one.score)}


def report(identity: str, found: ImportReport, fine: frozenset[CellState]) -> dict[str, Any]:
    return {
        "id": identity,
        "counts": found.counts,
        "left": found.left,
        "items": [_left(one) for one in found.outcomes if one.state not in fine],
    }


def _left(one: CellOutcome) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": one.cell.id,
        "line": one.cell.line,
        "column": one.cell.column,
        "state": one.state,
    }
    if one.error is not None:
        found = problem(one.error)
        told |= {"status": found.status, "code": found.code, "detail": found.detail}
    return told
