"""The JSON of what classes and students do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework import serializers

from luca.kernel import clock

if TYPE_CHECKING:
    from collections.abc import Iterable

    from behavior.rules import Activity
    from behavior.services import ClassDay, StudentDays


class CountSerializer(serializers.Serializer[Any]):
    events = serializers.IntegerField()
    quantity = serializers.IntegerField()


class TypeCountSerializer(CountSerializer):
    type = serializers.CharField()


class ActivitySerializer(CountSerializer):
    types = TypeCountSerializer(many=True, help_text="by name; a type without events is not there")


class HourSerializer(CountSerializer):
    begins = serializers.DateTimeField(help_text="by the school's clocks")


class ClassTotalSerializer(ActivitySerializer):
    hours = HourSerializer(many=True, help_text="all of the day: 23 or 25 when clocks change")


class ActiveStudentSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    given_name = serializers.CharField()
    family_name = serializers.CharField()


class MemberActivitySerializer(ActivitySerializer):
    student = ActiveStudentSerializer()
    first = serializers.DateTimeField(allow_null=True)
    last = serializers.DateTimeField(allow_null=True)


class ClassDaySerializer(serializers.Serializer[Any]):
    date = serializers.DateField()
    time_zone = serializers.CharField()
    begins = serializers.DateTimeField()
    ends = serializers.DateTimeField()
    as_of = serializers.DateTimeField()
    total = ClassTotalSerializer()
    items = MemberActivitySerializer(many=True, help_text="all members, by family name")


class DaySerializer(ActivitySerializer):
    date = serializers.DateField()


class StudentDaysSerializer(serializers.Serializer[Any]):
    time_zone = serializers.CharField()
    as_of = serializers.DateTimeField()
    total = ActivitySerializer()
    items = DaySerializer(many=True, help_text="every day, the last one is today")


def class_day_shown(found: ClassDay) -> dict[str, Any]:
    return {
        "date": found.day.isoformat(),
        "time_zone": found.zone.key,
        "begins": clock.stamp(found.edges[0]),
        "ends": clock.stamp(found.edges[-1]),
        "as_of": clock.stamp(found.as_of),
        "total": {**_shown(found.total), "hours": list(_hours(found))},
        "items": [
            {
                "student": {
                    "id": student.id,
                    "given_name": student.given_name,
                    "family_name": student.family_name,
                },
                **_shown(own),
                "first": own.first,
                "last": own.last,
            }
            for student, own in found.members
        ],
    }


def student_days_shown(found: StudentDays) -> dict[str, Any]:
    return {
        "time_zone": found.zone.key,
        "as_of": clock.stamp(found.as_of),
        "total": _shown(found.total),
        "items": [{"date": day.isoformat(), **_shown(own)} for day, own in found.days],
    }


def _hours(found: ClassDay) -> Iterable[dict[str, Any]]:
    for begins, hour in zip(found.edges, found.hours, strict=False):  # the last edge is the end
        local = begins.astimezone(found.zone).isoformat()
        yield {"begins": local, "events": hour.events, "quantity": hour.quantity}


def _shown(own: Activity) -> dict[str, Any]:
    return {
        "events": own.events,
        "quantity": own.quantity,
        "types": [
            {"type": name, "events": count.events, "quantity": count.quantity}
            for name, count in sorted(own.types.items())
        ],
    }
