"""The types of events of the school: its own ones and those that every school has."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from behavior import services
from behavior.domain import EventType
from luca.dynadmin.records import Record
from luca.dynadmin.saying import said
from luca.dynadmin.sources import Past, Source, Whole
from luca.kernel.errors import FieldError, LucaError
from tenants.admin import past

# What the service calls a field, and what the form calls it.
FIELDS = {"labels.es": "es", "labels.en": "en", "type": "id"}
SCHEMA = "schema"


class Types(Whole["EventTypeRecord"]):
    searched = ("id", "es", "en")

    def everything(self) -> Iterable["EventTypeRecord"]:
        return [_shown(one) for one in services.event_types()]

    def add(self, record: "EventTypeRecord", reason: str) -> "EventTypeRecord":
        return _shown(_defined(record, None))

    def change(self, record: "EventTypeRecord", fields: Mapping[str, Any], reason: str) -> None:
        for name, value in fields.items():
            setattr(record, name, value)
        _defined(record, record.version)

    def remove(self, record: "EventTypeRecord") -> None:
        services.remove_type(record.id, seen=record.version)

    def history(self, ids: str) -> Sequence[Past]:
        return past.of(f"event_type:{ids}", past.words_of(EventTypeRecord))


class EventTypeRecord(Record):
    source: ClassVar[Source[Any]] = Types()
    id = models.CharField(
        _("code"),
        primary_key=True,
        max_length=64,
        help_text=_("What programs send, as reading_aloud: small letters, digits, _ and -."),
    )
    es = models.CharField(_("name in Spanish"), max_length=100)
    en = models.CharField(_("name in English"), max_length=100)
    active = models.BooleanField(
        _("in use"), default=True, help_text=_("If not, events of this type are refused.")
    )
    schema = models.TextField(
        _("schema of its data (JSON Schema)"),
        blank=True,
        help_text=_("Of draft 2020-12, for an object. Empty: any object is taken."),
    )
    built_in = models.BooleanField(_("every school has it"), editable=False, default=False)

    class Meta(Record.Meta):
        app_label = "behavior"
        verbose_name = _("event type")
        verbose_name_plural = _("event types")
        ordering = ("id",)

    def __str__(self) -> str:
        return self.id


def _defined(record: EventTypeRecord, seen: int | None) -> EventType:
    schema = json.loads(record.schema) if record.schema.strip() else {"type": "object"}
    try:
        return services.define_type(
            record.id,
            labels=(record.es, record.en),
            schema=schema,
            active=record.active,
            seen=seen,
        )
    except LucaError as error:
        error.errors = tuple(_placed(one) for one in error.errors)
        raise


def _placed(fault: FieldError) -> FieldError:
    """At the form's field; of a schema, with the place inside it."""
    if fault.field.partition(".")[0] != SCHEMA:
        return FieldError(FIELDS.get(fault.field, fault.field), fault.message)
    return FieldError(SCHEMA, f"{fault.field}: {said(fault.message)}")


def _shown(one: EventType) -> EventTypeRecord:
    return EventTypeRecord(
        id=one.name,
        version=one.version,
        es=one.es,
        en=one.en,
        active=one.active,
        schema=json.dumps(json.loads(one.schema), indent=2, ensure_ascii=False),
        built_in=one.built_in,
    )
