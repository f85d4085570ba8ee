"""The gradebook as JSON, and how the schema describes it."""

from typing import Any

from rest_framework import serializers

from grades import rules
from grades.domain import Assessment, CourseResult, Evaluation, Gradebook, GradebookRow
from grades.serializers import answers
from grades.serializers.schema import UP_TO_DATE, GradeSerializer, ProvisionalSerializer
from luca.kernel import clock


class ColumnSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField(help_text="the id if it has none")
    max = serializers.CharField()
    category = serializers.CharField()
    due = serializers.DateTimeField(allow_null=True)
    published = serializers.BooleanField(help_text="false: it counts nowhere yet")
    extra_credit = serializers.BooleanField()
    group = serializers.CharField(help_text="empty: it is asked of the whole course")


class CellSerializer(serializers.Serializer[Any]):
    status = serializers.CharField(help_text="graded, pending, missing, excused or exempt")
    score = serializers.CharField(allow_null=True)
    version = serializers.IntegerField(help_text="a change names it")
    consolidated = serializers.BooleanField(help_text="false: the official grade will follow")
    late = serializers.BooleanField(help_text="handed in after it was due")


class GridRowSerializer(serializers.Serializer[Any]):
    student = serializers.CharField()
    name = serializers.CharField(help_text="family name first, as the list is sorted")
    cells = serializers.DictField(
        child=CellSerializer(), help_text="by assessment; what is not here was never recorded"
    )
    provisional = ProvisionalSerializer()
    pending_evaluations = serializers.IntegerField(
        help_text="results that the official grade does not know yet"
    )
    official = GradeSerializer(
        allow_null=True, required=False, help_text="with `grades=yes` only; null: none yet"
    )
    up_to_date = serializers.BooleanField(required=False, help_text=f"the same; {UP_TO_DATE}")


class GridSerializer(serializers.Serializer[Any]):
    subject = serializers.CharField()
    period = serializers.CharField()
    group = serializers.CharField()
    as_of = serializers.DateTimeField(help_text="when the provisional results were computed")
    columns = ColumnSerializer(many=True)
    items = GridRowSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)


def head(book: Gradebook) -> dict[str, Any]:
    return {
        "subject": book.course.subject,
        "period": book.course.period,
        "group": book.group,
        "as_of": clock.stamp(book.as_of),
        "columns": [_column(one) for one in book.columns],
    }


def rows(book: Gradebook, *, official: bool) -> list[dict[str, Any]]:
    asked = {one.id: one for one in book.columns}
    return [_row(one, asked, official=official) for one in book.rows]


def _column(one: Assessment) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.title,
        "max": answers.number(one.max),
        "category": one.counts_as,
        "due": None if one.due is None else clock.stamp(one.due),
        "published": one.published,
        "extra_credit": one.extra_credit,
        "group": one.group,
    }


def _row(one: GradebookRow, asked: dict[Any, Assessment], *, official: bool) -> dict[str, Any]:
    told = {
        "student": one.student.id,
        "name": one.name,
        "cells": {
            identity: _cell(result, asked[identity])
            for identity, result in one.results.items()
            if identity in asked
        },
    }
    return {**told, **({} if one.standing is None else _standing(one.standing, official=official))}


def _standing(one: CourseResult, *, official: bool) -> dict[str, Any]:
    told = {"provisional": answers.result(one.provisional), "pending_evaluations": one.pending}
    if official:
        grade = None if one.official is None else answers.grade(one.official)
        told |= {"official": grade, "up_to_date": one.up_to_date}
    return told


def _cell(one: Evaluation, asked: Assessment) -> dict[str, Any]:
    return {
        "status": one.status,
        "score": answers.number(one.score),
        "version": one.version,
        "consolidated": one.consolidated,
        "late": rules.late_hours(asked.due, one.submitted_at) > 0,
    }
