"""Questions and answers as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework import serializers

from luca.kernel import clock

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lake.domain import Answer, Heading, Parameter, Question, Words
    from lake.services.answers import Kept


class ParameterSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    type = serializers.CharField(help_text="date, integer, slug or id")
    about = serializers.CharField()
    default = serializers.CharField(allow_blank=True, help_text="empty: it does not narrow")
    least = serializers.IntegerField(allow_null=True)
    most = serializers.IntegerField(allow_null=True)


class QuestionColumnSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    type = serializers.CharField(help_text="date, integer, number, slug, id or text")
    title = serializers.CharField()


class QuestionSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    title = serializers.CharField(help_text="in the language of Accept-Language, as all texts here")
    about = serializers.CharField()
    parameters = ParameterSerializer(many=True, help_text="besides since and until")
    columns = QuestionColumnSerializer(many=True)


class QuestionsSerializer(serializers.Serializer[Any]):
    items = QuestionSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class AnalyticsAnswerSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    title = serializers.CharField()
    parameters = serializers.DictField(
        child=serializers.CharField(allow_blank=True), help_text="as they counted, defaults too"
    )
    columns = QuestionColumnSerializer(many=True)
    items = serializers.ListField(
        child=serializers.DictField(help_text="a row: its figures and texts by column, or null")
    )
    next_cursor = serializers.CharField(allow_null=True)
    rows = serializers.IntegerField(help_text="of the whole answer")
    as_of = serializers.DateTimeField(help_text="what lay in the lake then was counted")
    scanned_bytes = serializers.IntegerField()
    scanned_files = serializers.IntegerField()
    damaged_files = serializers.IntegerField(help_text="were not whole and did not count")
    seconds = serializers.FloatField(help_text="that it took to answer, when it was answered")


def spoken(words: Words, language: str) -> str:
    """One of the two languages; Spanish for whoever asks for neither."""
    return words.en if language.lower().startswith("en") else words.es


def question_shown(one: Question, language: str) -> dict[str, Any]:
    return {
        "name": one.name,
        "title": spoken(one.title, language),
        "about": spoken(one.about, language),
        "parameters": [_parameter(each, language) for each in one.parameters],
        "columns": _columns(one.headings, language),
    }


def answer_shown(found: Kept, rows: Sequence[Sequence[Any]], language: str) -> dict[str, Any]:
    """One page of an answer; whoever pages adds `next_cursor`."""
    answer: Answer = found.answer
    return {
        "name": answer.question.name,
        "title": spoken(answer.question.title, language),
        "parameters": dict(answer.values),
        "columns": _columns(answer.question.headings, language),
        "items": [_row(answer.columns, row) for row in rows],
        "rows": len(answer.rows),
        "as_of": clock.stamp(answer.as_of),
        "scanned_bytes": answer.scanned_bytes,
        "scanned_files": answer.scanned_files,
        "damaged_files": len(answer.damaged),
        "seconds": round(answer.seconds, 3),
    }


def _row(columns: Sequence[str], row: Sequence[Any]) -> Mapping[str, Any]:
    return dict(zip(columns, row, strict=True))


def _columns(headings: Sequence[Heading], language: str) -> list[dict[str, str]]:
    return [
        {"name": one.name, "type": one.kind.value, "title": spoken(one.words, language)}
        for one in headings
    ]


def _parameter(one: Parameter, language: str) -> dict[str, Any]:
    return {
        "name": one.name,
        "type": one.kind.value,
        "about": spoken(one.about, language),
        "default": one.default,
        "least": one.least,
        "most": one.most,
    }
