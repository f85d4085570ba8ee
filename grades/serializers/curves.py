"""The JSON of curves. What goes out tells of many students at once, and names none."""

from decimal import Decimal
from typing import Any

import msgspec
from rest_framework import serializers

from grades import rules
from grades.domain import (
    BeforeAfter,
    Curve,
    CurveEvent,
    CurvePreview,
    CurveWish,
    Distribution,
    Population,
    Shift,
)
from grades.serializers.answers import number
from luca.kernel import clock


class Wish(msgspec.Struct, forbid_unknown_fields=True):
    """A curve to look at."""

    kind: str
    amount: Decimal | None = None
    deviation: Decimal | None = None
    above_max: bool = False

    def value(self) -> CurveWish:
        return CurveWish(self.kind, self.amount, self.deviation, self.above_max)


class NewCurve(Wish, forbid_unknown_fields=True, kw_only=True):
    """A curve to apply."""

    reason: str


class Undo(msgspec.Struct, forbid_unknown_fields=True):
    reason: str


def event(one: CurveEvent) -> dict[str, Any]:
    return {
        "number": one.number,
        "act": one.act,
        "curve": None if one.curve is None else curve(one.curve),
        "before": one.before or None,
        "at": clock.stamp(one.at),
        "by": one.by,
        "reason": one.reason,
        "assessment": one.assessment,
        "assessment_version": one.leaves,
    }


def curve(one: Curve) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "amount": number(one.amount),
        "deviation": number(one.deviation),
        "above_max": one.above_max,
        "version": one.version,
        "population": None if one.population is None else _population(one.population),
    }


def _population(of: Population) -> dict[str, Any]:
    told = rules.summary(of)
    return {
        "count": told.count,
        "mean": number(told.mean),
        "deviation": number(told.deviation),
        "highest": number(told.highest),
    }


def preview(one: CurvePreview) -> dict[str, Any]:
    return {
        "assessment_version": one.version,
        "curve": curve(one.curve),
        "results": _shift(one.results),
        "grades": {
            **_shift(one.grades),
            "to_passed": one.grades.to_passed,
            "to_failed": one.grades.to_failed,
        },
        "groups": [
            {
                "group": group.group,
                "results": _before_after(group.results),
                "grades": _before_after(group.grades),
            }
            for group in one.groups
        ],
    }


def _before_after(of: BeforeAfter) -> dict[str, Any]:
    return {"before": _distribution(of.before), "after": _distribution(of.after)}


def _distribution(of: Distribution) -> dict[str, Any]:
    return {
        "count": of.count,
        "mean": number(of.mean),
        "deviation": number(of.deviation),
        "lowest": number(of.lowest),
        "median": number(of.median),
        "highest": number(of.highest),
        "tenths": list(of.tenths),
    }


def _shift(of: Shift) -> dict[str, Any]:
    return {
        "students": of.students,
        "raised": of.raised,
        "lowered": of.lowered,
        "smallest": number(of.smallest),
        "largest": number(of.largest),
        "mean": number(of.mean),
    }


class _Answer(serializers.Serializer[Any]):
    """Base of the descriptions in the schema; nothing is read or written with them."""


class WishSerializer(_Answer):
    kind = serializers.CharField(help_text="flat, sqrt, mean, maximum or mean_sd")
    amount = serializers.CharField(
        required=False, help_text="percentage points (flat) or the target in percent, 0 to 100"
    )
    deviation = serializers.CharField(required=False, help_text="the target of mean_sd, in percent")
    above_max = serializers.BooleanField(
        required=False, help_text="default: false, nobody is lifted above the maximum"
    )


class NewCurveSerializer(WishSerializer):
    reason = serializers.CharField()


class UndoCurveSerializer(_Answer):
    reason = serializers.CharField()


class CurvePopulationSerializer(_Answer):
    count = serializers.IntegerField(help_text="graded results of enrolled students")
    mean = serializers.CharField(help_text="in percent, as all that follow")
    deviation = serializers.CharField(help_text="the population's")
    highest = serializers.CharField()


class CurveSerializer(_Answer):
    kind = serializers.CharField()
    amount = serializers.CharField(allow_null=True)
    deviation = serializers.CharField(allow_null=True)
    above_max = serializers.BooleanField()
    version = serializers.IntegerField(help_text="the number of the event that applied it")
    population = CurvePopulationSerializer(allow_null=True)


class CurveEventSerializer(_Answer):
    number = serializers.IntegerField()
    act = serializers.CharField(help_text="applied or undone")
    curve = CurveSerializer(allow_null=True, help_text="in force from then on; null: none")
    before = serializers.IntegerField(
        allow_null=True, help_text="applied: the version it replaced; undone: which was undone"
    )
    at = serializers.DateTimeField()
    by = serializers.CharField(allow_null=True)
    reason = serializers.CharField()
    assessment = serializers.CharField()
    assessment_version = serializers.IntegerField(help_text="that it made; what ETag says")


class CurveEventsSerializer(_Answer):
    items = CurveEventSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class DistributionSerializer(_Answer):
    count = serializers.IntegerField()
    mean = serializers.CharField(allow_null=True)
    deviation = serializers.CharField(allow_null=True)
    lowest = serializers.CharField(allow_null=True)
    median = serializers.CharField(allow_null=True)
    highest = serializers.CharField(allow_null=True)
    tenths = serializers.ListField(
        child=serializers.IntegerField(), help_text="how many are in each tenth of the scale"
    )


class BeforeAfterSerializer(_Answer):
    before = DistributionSerializer()
    after = DistributionSerializer()


class GroupPreviewSerializer(_Answer):
    group = serializers.CharField()
    results = BeforeAfterSerializer(help_text="in this assessment, in percent, after lateness")
    grades = BeforeAfterSerializer(help_text="in the course, as published")


class ShiftSerializer(_Answer):
    students = serializers.IntegerField(help_text="whose number changes")
    raised = serializers.IntegerField()
    lowered = serializers.IntegerField()
    smallest = serializers.CharField(allow_null=True, help_text="change among those that change")
    largest = serializers.CharField(allow_null=True)
    mean = serializers.CharField(allow_null=True)


class GradesShiftSerializer(ShiftSerializer):
    to_passed = serializers.IntegerField()
    to_failed = serializers.IntegerField()


class CurvePreviewSerializer(_Answer):
    assessment_version = serializers.IntegerField(help_text="what applying it needs in If-Match")
    curve = CurveSerializer()
    results = ShiftSerializer(help_text="in percentage points of the assessment")
    grades = GradesShiftSerializer(help_text="on the scale of the rules")
    groups = GroupPreviewSerializer(many=True)
