"""The audit log, out: as JSON, as lines of JSON, and as a table for spreadsheets."""

import json
from collections.abc import Iterable
from typing import Any

from rest_framework import serializers

from luca.aws.audit import Action, label
from luca.kernel import clock, sheets
from tenants.domain import AuditEntry

COLUMNS = (
    *("at", "action", "label", "about", "actor", "groups", "reason"),
    *("details", "correlation_id", "source", "id"),
)


class EntrySerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    at = serializers.DateTimeField()
    action = serializers.ChoiceField(choices=[one.value for one in Action])
    label = serializers.CharField(  # type: ignore[assignment]  # a field's own attribute is called so, too
        help_text="what people read, in the language they ask for"
    )
    about = serializers.CharField(help_text="kind:id")
    actor = serializers.CharField()
    groups = serializers.ListField(child=serializers.CharField())
    reason = serializers.CharField(allow_blank=True)
    details = serializers.DictField(child=serializers.CharField())
    correlation_id = serializers.CharField(allow_blank=True)
    source = serializers.CharField()  # type: ignore[assignment]  # the same


class EntriesSerializer(serializers.Serializer[Any]):
    items = EntrySerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)


def shown(entry: AuditEntry, language: str) -> dict[str, Any]:
    return {
        "id": entry.id,
        "at": clock.stamp(entry.at),
        "action": entry.action,
        "label": label(entry.action, language),
        "about": entry.about,
        "actor": entry.actor,
        "groups": list(entry.groups),
        "reason": entry.reason,
        "details": dict(entry.details),
        "correlation_id": entry.correlation_id,
        "source": entry.source,
    }


def as_table(entries: Iterable[AuditEntry], language: str) -> str:
    """CSV that a spreadsheet opens with its accents, and runs nothing of."""
    rows = (_row(shown(entry, language)) for entry in entries)
    return sheets.BOM + sheets.lines([COLUMNS]) + sheets.lines(rows)


def as_lines(entries: Iterable[AuditEntry], language: str) -> str:
    """One JSON object a line."""
    told = (json.dumps(shown(entry, language), ensure_ascii=False) for entry in entries)
    return "".join(f"{line}\n" for line in told)


def _row(entry: dict[str, Any]) -> list[str]:
    details = "; ".join(f"{name}={value}" for name, value in entry["details"].items())
    flat = {**entry, "groups": ",".join(entry["groups"]), "details": details}
    return [flat[column] for column in COLUMNS]
