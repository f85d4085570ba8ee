"""The page of the platform's own people: its schools."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import get_language
from unfold.admin import ModelAdmin

from luca.dynadmin.options import OverSource
from luca.kernel.ids import SchoolId
from tenants import services
from tenants.admin.platform_records import PlatformSchool
from tenants.admin.school import ProfileForm
from tenants.domain import TIME_ZONE, School
from tenants.rules.wording import said


class PlatformSchoolAdmin(OverSource, ModelAdmin):  # type: ignore[misc]  # the theme ships no types
    readers = writers = frozenset({"platform_admin"})
    adds = changes = True
    form = ProfileForm
    list_display = ("name", "id", "time_zone")
    fields = ("id", "name", "cct", "language", "time_zone", "staff_totp")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("id",) if obj else ()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"time_zone": TIME_ZONE, "language": "es-mx"}

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        super().save_model(request, obj, form, change)
        for doubt in services.doubts(School(SchoolId(obj.id), obj.name, obj.cct)):
            messages.warning(request, said(doubt, get_language() or ""))


admin.site.register(PlatformSchool, PlatformSchoolAdmin)
