"""Somebody leaves the school, or is taken back: with a reason, and nothing is deleted."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSingleDateWidget

from luca.dynadmin.screens import Asked, Confirm
from tenants import services
from tenants.admin.around import OfOne
from tenants.domain import Role


class LeaveForm(Asked):
    left_on = forms.DateField(label=gettext_lazy("Last day"), widget=UnfoldAdminSingleDateWidget())
    field_order = ("left_on", "reason")


class Leave(OfOne, Confirm):
    """Somebody leaves: nobody is deleted who may have grades."""

    title = gettext_lazy("Leaves the school")
    button = gettext_lazy("Leaves")
    done = gettext_lazy("It is noted that the person has left.")
    form = LeaveForm

    def effects(self, **where: str) -> Iterable[str]:
        yield _("The record, its grades and its history stay; the person can be taken back.")

    def act(self, given: Mapping[str, Any], **where: str) -> None:
        one = self.person(**where)
        services.change_person(
            self.role,
            one.id,
            {"left_on": given["left_on"]},
            seen=one.version,
            reason=given["reason"],
        )


class Return(OfOne, Confirm):
    title = gettext_lazy("Is taken back")
    button = gettext_lazy("Take back")
    done = gettext_lazy("The person is at the school again.")
    danger = False

    def act(self, given: Mapping[str, Any], **where: str) -> None:
        one = self.person(**where)
        services.change_person(
            self.role, one.id, {"left_on": None}, seen=one.version, reason=given["reason"]
        )


class StudentLeaves(Leave):
    role = Role.STUDENT


class TeacherLeaves(Leave):
    role = Role.TEACHER


class GuardianLeaves(Leave):
    role = Role.GUARDIAN


class StudentReturns(Return):
    role = Role.STUDENT


class TeacherReturns(Return):
    role = Role.TEACHER


class GuardianReturns(Return):
    role = Role.GUARDIAN
