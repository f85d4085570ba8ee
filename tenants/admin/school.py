"""The page of the school's profile."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import quote
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminSelectWidget

from luca.dynadmin.forms import RecordForm
from luca.dynadmin.options import OverSource
from luca.kernel import context
from luca.kernel.errors import NotFound
from luca.kernel.ids import SchoolId
from tenants import services
from tenants.admin.school_records import SchoolProfile, zones
from tenants.domain import School
from tenants.rules.wording import said


class ProfileForm(RecordForm):
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_("Grades are computed at two in the morning of this time zone."),
        widget=UnfoldAdminSelectWidget,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        """Offer what the school has, wherever it is."""
        super().__init__(*args, **options)
        offered, own = zones(), self.instance.time_zone
        known = {one for one, _name in offered}
        self.fields["time_zone"].choices = offered if own in known else [(own, own), *offered]  # type: ignore[attr-defined]


class SchoolProfileAdmin(OverSource, ModelAdmin):  # type: ignore[misc]  # the theme ships no types
    form = ProfileForm
    changes = True
    fieldsets = (
        (None, {"fields": ("name", "cct", "language", "time_zone")}),
        (_("Signing in"), {"fields": ("staff_totp",)}),
    )

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """A school has one profile: there is no list to choose from."""
        return self.changeform_view(request, quote(context.school()), "", extra_context)

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        """Another school is none: its id is not even repeated."""
        if object_id != context.school():
            raise NotFound("There is no such school.", code="school_not_found")
        return super().get_object(request, object_id, from_field)

    def response_post_save_change(self, request: HttpRequest, obj: SchoolProfile) -> HttpResponse:
        """Stay on the page, and say what is odd about the CCT."""
        school = School(SchoolId(obj.id), obj.name, obj.cct)
        for doubt in services.doubts(school):
            messages.warning(request, said(doubt, get_language() or ""))
        return HttpResponseRedirect(reverse("admin:tenants_schoolprofile_changelist"))


admin.site.register(SchoolProfile, SchoolProfileAdmin)
