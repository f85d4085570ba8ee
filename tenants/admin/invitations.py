"""Inviting people to sign in: one, or those who were ticked in a list; and what became of it."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminEmailInputWidget,
    UnfoldAdminTextInputWidget,
)

from luca.dynadmin.grids import Cell, Grid
from luca.dynadmin.options import OverSource
from luca.dynadmin.saying import said
from luca.dynadmin.screens import Confirm, Place, Screen
from luca.kernel.ids import PersonId
from tenants import services
from tenants.admin.imports import Once
from tenants.admin.invitations_records import GROUPS, STATES, Invitation
from tenants.domain import Person, Role, Status
from tenants.domain.accounts import InvitationState, NewInvitation

LIST = "admin:tenants_invitation_changelist"
BASE = "admin:tenants_invitation_"
MOST = 50  # of one selection: a page of a list
OPEN = {InvitationState.SENT.value, InvitationState.EXPIRED.value}


def asked(role: Role, people: Iterable[str]) -> str:
    """Where somebody goes who wants to invite these people."""
    query = urlencode([("role", role.value), *(("one", one) for one in people)])
    return f"{reverse(BASE + 'invite')}?{query}"


class Invite(Screen):
    """Who would be invited and who not, and why; then the invitations are on their way."""

    title = gettext_lazy("Invite to sign in")
    template = "people/invite.html"

    def people(self, given: Any) -> list[Person]:
        role = given.get("role", Role.STUDENT.value)
        if role not in set(Role):
            return []
        return [
            one
            for one in services.people_named(Role(role), given.getlist("one")[:MOST])
            if one.status is Status.ACTIVE
        ]

    def wanted(self, given: Any) -> list[NewInvitation]:
        group = frozenset({given.get("role", "").lower()})
        return [NewInvitation(PersonId(one.id), one.email, group) for one in self.people(given)]

    def shown(self, **where: str) -> Mapping[str, Any]:
        people, rows = self.people(self.request.GET), []
        found = services.invite_all(self.wanted(self.request.GET), dry_run=True)
        refused = found.refused or {}
        for number, one in enumerate(people):
            name = f"{one.family_name} {one.given_name}".strip()
            rows.append([Cell(name), Cell(one.email or "—"), _outcome(number, found, refused)])
        good = len(rows) - len(refused) - len(found.unchanged)
        heads = [_("Name"), _("E-mail"), _("What happens")]
        grid = Grid(self.title, heads, rows, _("Nobody was chosen."))
        given = [(n, one) for n in ("role", "one") for one in self.request.GET.getlist(n)[:MOST]]
        return {"grid": grid, "good": good, "given": given, "back": reverse(LIST)}

    def post(self, request: HttpRequest, **where: str) -> HttpResponse:
        found = services.invite_all(self.wanted(request.POST), partial=True)
        count = len(found.made)
        text = ngettext("%d invitation is on its way.", "%d invitations are on their way.", count)
        self.say(text % count, messages.SUCCESS if count else messages.WARNING)
        return HttpResponseRedirect(reverse(LIST))


def _outcome(number: int, found: Any, refused: Mapping[int, Any]) -> Cell:
    if number in refused:
        why = " ".join(said(one.message) for one in refused[number])
        return Cell(why, mark="error", tone="bad")
    if number in found.unchanged:
        return Cell(_("Is invited already."))
    return Cell(_("Gets an invitation."), mark="check_circle", tone="good")


class OneForm(Once):
    person = forms.CharField(
        label=gettext_lazy("ID"),
        max_length=64,
        help_text=gettext_lazy("Of somebody on record, or a new one for the office's staff."),
        widget=UnfoldAdminTextInputWidget({"autocomplete": "off"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        widget=UnfoldAdminEmailInputWidget({"autocomplete": "off"}),
    )
    groups = forms.MultipleChoiceField(
        label=gettext_lazy("Rights"),
        choices=list(GROUPS.items()),
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
    )


class InviteOne(Confirm):
    title = gettext_lazy("Invite somebody")
    button = gettext_lazy("Invite")
    done = gettext_lazy("The invitation is on its way.")
    form: ClassVar[type[forms.Form]] = OneForm
    danger = False

    def act(self, given: Mapping[str, Any], **where: str) -> None:
        groups = frozenset(given["groups"])
        services.invite(NewInvitation(PersonId(given["person"]), given["email"], groups))


class Resend(Confirm):
    title = gettext_lazy("Send the invitation again")
    button = gettext_lazy("Send again")
    done = gettext_lazy("The invitation is on its way.")
    form: ClassVar[type[forms.Form]] = Once
    danger = False

    def effects(self, **where: str) -> Iterable[str]:
        yield _("A new temporary password is mailed; the one before is useless then.")

    def get(self, request: HttpRequest, **where: str) -> HttpResponse:
        services.invitation(where["invitation"])
        return super().get(request, **where)

    def act(self, given: Mapping[str, Any], **where: str) -> None:
        services.resend_invitation(where["invitation"])


class Cancel(Resend):
    title = gettext_lazy("Cancel the invitation")
    button = gettext_lazy("Cancel it")
    done = gettext_lazy("The invitation is taken back.")
    danger = True

    def effects(self, **where: str) -> Iterable[str]:
        yield _("The temporary password opens nothing any more.")

    def act(self, given: Mapping[str, Any], **where: str) -> None:
        services.cancel_invitation(where["invitation"])


@admin.register(Invitation)
class InvitationAdmin(OverSource, ModelAdmin):  # type: ignore[misc]  # the theme ships no types
    list_display = (
        "shown_name",
        "email",
        "rights",
        "shown_state",
        "failure",
        "asked_at",
        "expires_at",
        "acts",
    )
    list_display_links = None
    list_filter = ("state",)
    list_per_page = 50
    list_before_template = "people/invitations_before.html"
    sortable_by = ()
    screens = (
        Place("invite/", Invite, "invite"),
        Place("one/", InviteOne, "one"),
        Place("<str:invitation>/resend/", Resend, "resend"),
        Place("<str:invitation>/cancel/", Cancel, "cancel"),
    )

    @display(description=gettext_lazy("Name"))  # type: ignore[untyped-decorator]
    def shown_name(self, one: Invitation) -> str:
        return f"{one.name} ({one.person})" if one.name else one.person

    @display(  # type: ignore[untyped-decorator]
        description=gettext_lazy("State"),
        label={
            InvitationState.SENT.value: "info",
            InvitationState.ACCEPTED.value: "success",
            InvitationState.EXPIRED.value: "warning",
            InvitationState.FAILED.value: "danger",
        },
    )
    def shown_state(self, one: Invitation) -> tuple[str, str]:
        return one.state, str(dict(STATES)[InvitationState(one.state).value])

    @display(description=gettext_lazy("What can be done"))  # type: ignore[untyped-decorator]
    def acts(self, one: Invitation) -> str:
        if one.state not in OPEN:
            return ""
        look = "text-primary-600 underline dark:text-primary-500"
        return format_html(
            '<a class="{0}" href="{1}">{2}</a> · <a class="{0}" href="{3}">{4}</a>',
            look,
            reverse(BASE + "resend", args=[one.pk]),
            _("Send again"),
            reverse(BASE + "cancel", args=[one.pk]),
            _("Cancel it"),
        )
