"""The page of subjects: what they are called."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display

from luca.dynadmin.options import OverSource
from tenants.admin.subject_records import SubjectRecord


class SubjectAdmin(OverSource, ModelAdmin):  # type: ignore[misc]  # the theme ships no types
    adds = changes = removes = True
    list_display = ("name", "id", "named")
    search_fields = ("name", "id")
    fields = ("id", "name")

    @display(description=_("has a name"), boolean=True)  # type: ignore[untyped-decorator]  # the same
    def named(self, obj: SubjectRecord) -> bool:
        return obj.version > 0

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("id",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only a name can be taken away, and only where there is one."""
        named = obj is None or obj.version > 0
        return named and super().has_delete_permission(request, obj)


admin.site.register(SubjectRecord, SubjectAdmin)
