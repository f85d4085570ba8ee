"""Rules over HTTP: what comes in, exactly as written, and what goes out."""

import re
from datetime import date
from typing import Any

import msgspec
from rest_framework import serializers

from grades import rules
from grades.domain import ALWAYS, Concern, Misfit, Publication, RulesVersion, Standing
from luca.kernel import clock
from luca.kernel.errors import FieldError, Invalid, Malformed

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
SAYS: dict[Misfit, dict[str, str]] = {
    Misfit.UNUSED: {
        "en": "No assessment of an open period is in the category {name}.",
        "es": "Ninguna actividad de un periodo abierto está en la categoría {name}.",
    },
    Misfit.UNWEIGHED: {
        "en": "{number} of the assessments of {period} are in the category {name}, "
        "which has no weight: they would not count.",
        "es": "{number} de las actividades de {period} están en la categoría {name}, "
        "que no tiene peso: no contarían.",
    },
    Misfit.OVER: {
        "en": "{period} is open, but ended before these rules begin: they do not concern it.",
        "es": "{period} sigue abierto, pero terminó antes de que empiecen estas reglas: "
        "no le afectan.",
    },
}


def says(concern: Concern, language: str) -> str:
    """Tell a concern to people."""
    told = SAYS[concern.what]["en" if language.startswith("en") else "es"]
    return told.format(name=concern.name, period=concern.period, number=concern.number)


class NewRules(msgspec.Struct, forbid_unknown_fields=True):
    """Rules are read from their own text, because a number there means what is written."""

    rules: msgspec.Raw
    valid_from: str | None = None

    def given(self) -> Any:
        return exactly(self.rules)

    def day(self) -> date | None:
        return None if self.valid_from is None else _day(self.valid_from)


class Simulated(msgspec.Struct, forbid_unknown_fields=True):
    period: str
    rules: msgspec.Raw


def exactly(raw: msgspec.Raw) -> Any:
    try:
        found = rules.read_exactly(bytes(raw))
        msgspec.json.encode(found)  # refuses half a character, which would break every store
    except (msgspec.MsgspecError, RecursionError, ValueError):
        raise Malformed("The body is not JSON.") from None
    return found


def _day(text: str) -> date:
    message = "valid_from is a date, as 2026-11-21."
    wrong = Invalid(message, errors=(FieldError("valid_from", message),))
    if not _DATE.fullmatch(text):
        raise wrong
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise wrong from None


def version(one: RulesVersion, standing: Standing) -> dict[str, Any]:
    return {
        "subject": one.subject,
        "version": one.number,
        "standing": standing,
        "valid_from": None if one.valid_from == ALWAYS else one.valid_from.isoformat(),
        "rules": rules.as_mapping(one.rules),
        "published_at": clock.stamp(one.published_at),
        "published_by": one.published_by,
        "withdrawn_at": None if one.withdrawn_at is None else clock.stamp(one.withdrawn_at),
    }


def publication(done: Publication, language: str) -> dict[str, Any]:
    return {
        **version(done.version, done.standing),
        "stored": done.stored,
        "changes": done.fresh,
        "periods": [course.period for course in done.courses],
        "warnings": [_warning(concern, language) for concern in done.concerns],
    }


def _warning(concern: Concern, language: str) -> dict[str, Any]:
    return {
        "code": concern.what,
        "field": concern.field,
        "message": says(concern, language),
        "period": concern.period or None,
        "assessments": list(concern.assessments),
        "number": concern.number,
    }


class _Answer(serializers.Serializer[Any]):
    """Base of the schema's descriptions here."""


class NewRulesSerializer(_Answer):
    rules = serializers.DictField(help_text="the fields of docs/rules.md")
    valid_from = serializers.DateField(
        required=False, help_text="a day of the school; default: what is open is graded by them"
    )


class RulesSerializer(_Answer):
    subject = serializers.CharField()
    version = serializers.IntegerField()
    standing = serializers.CharField(help_text="in_force, future, past or withdrawn: today")
    valid_from = serializers.DateField(allow_null=True, help_text="null: since always")
    rules = serializers.DictField()
    published_at = serializers.DateTimeField()
    published_by = serializers.CharField(allow_null=True)
    withdrawn_at = serializers.DateTimeField(allow_null=True)


class RulesListSerializer(_Answer):
    items = RulesSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class WarningSerializer(_Answer):
    code = serializers.CharField(
        help_text="category_unused, category_unweighed or period_over: nothing is refused for it"
    )
    field = serializers.CharField()
    message = serializers.CharField(help_text="in the language of the request")
    period = serializers.CharField(allow_null=True)
    assessments = serializers.ListField(child=serializers.CharField(), help_text="some of them")
    number = serializers.IntegerField()


class PublicationSerializer(RulesSerializer):
    stored = serializers.BooleanField(help_text="false: only tried, or there already")
    changes = serializers.BooleanField(help_text="false: the last version says the same")
    periods = serializers.ListField(child=serializers.CharField(), help_text="that are recomputed")
    warnings = WarningSerializer(many=True)
