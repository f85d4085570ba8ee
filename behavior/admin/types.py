"""The page of event types: what a student can do, and what is told about it."""

import json
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget

from behavior.admin.types_records import EventTypeRecord
from luca.dynadmin.forms import RecordForm
from luca.dynadmin.options import OverSource


class TypeForm(RecordForm):
    class Meta:
        widgets = {"schema": UnfoldAdminTextareaWidget({"rows": 16, "spellcheck": "false"})}

    def clean_schema(self) -> str:
        """JSON, spelled as the page spells it, so that spaces are no change."""
        text = str(self.cleaned_data["schema"]).strip()
        if not text:
            return ""
        try:
            found = json.loads(text)
            json.dumps(found, ensure_ascii=False).encode()  # half a letter is no text
        except (ValueError, RecursionError) as error:
            line = getattr(error, "lineno", 1)
            raise forms.ValidationError(
                _("This is not JSON: look at line %(line)s.") % {"line": line}
            ) from None
        if not isinstance(found, dict):
            raise forms.ValidationError(
                _("This is no JSON object: it begins with { and ends with }.")
            )
        return json.dumps(found, indent=2, ensure_ascii=False)


class EventTypeAdmin(OverSource, ModelAdmin):  # type: ignore[misc]  # the theme ships no types
    form = TypeForm
    adds = changes = removes = True
    list_display = ("id", "es", "shown_en", "active", "built_in", "changed_here")
    list_filter = ("active", "built_in")
    search_fields = ("id", "es", "en")
    fields = ("id", "es", "en", "active", "schema")
    actions = None

    @display(description=gettext_lazy("name in English"), ordering="en")  # type: ignore[untyped-decorator]  # the same
    def shown_en(self, obj: EventTypeRecord) -> str:
        """Said to be English, so that it is also read out as such."""
        return format_html('<span lang="en">{}</span>', obj.en)

    @display(description=gettext_lazy("changed by the school"), boolean=True)  # type: ignore[untyped-decorator]  # the same
    def changed_here(self, obj: EventTypeRecord) -> bool:
        return obj.version > 0

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("id", "built_in") if obj else ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*self.fields, "built_in") if obj else self.fields

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only what the school has said can be taken back; what all have can be switched off."""
        ours = obj is None or obj.version > 0
        return ours and super().has_delete_permission(request, obj)


admin.site.register(EventTypeRecord, EventTypeAdmin)
