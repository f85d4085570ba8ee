"""Invitations as the admin lists them."""

from collections.abc import Collection, Iterable
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from luca.dynadmin.question import Question
from luca.dynadmin.records import Record
from luca.dynadmin.sources import Page, Source
from luca.kernel.errors import NotFound
from tenants import services
from tenants.domain import accounts as words
from tenants.domain.accounts import InvitationState
from tenants.services import rolls

STATES = [
    (InvitationState.WAITING.value, _("On its way")),
    (InvitationState.SENT.value, _("Sent, not accepted yet")),
    (InvitationState.EXPIRED.value, _("Expired")),
    (InvitationState.FAILED.value, _("Failed")),
    (InvitationState.ACCEPTED.value, pgettext_lazy("invitation", "Accepted")),
    (InvitationState.CANCELLED.value, _("Cancelled")),
]
FAILURES = {
    words.Failure.ADDRESS: _("The address cannot be used."),
    words.Failure.ACCOUNT: _("The account cannot be used."),
    words.Failure.GROUPS: _("These rights cannot be given."),
    words.Failure.STATE: _("The account is in another state."),
}
GROUPS = {
    "student": _("Student"),
    "guardian": _("Guardian"),
    "teacher": _("Teacher"),
    "school_admin": _("School admin"),
    "gov_operator": _("Operator of the government sync"),
}


class Invitations(Source[Any]):
    """By state and age."""

    paged = True

    def several(self, ids: Collection[str]) -> Iterable["Invitation"]:
        for one in ids:
            try:
                yield _row(services.invitation(one), {})
            except NotFound:
                continue

    def page(self, question: Question, limit: int, start: Any) -> Page["Invitation"]:
        wanted = question.only("state").get(("state", "exact"))
        state = InvitationState(wanted) if wanted in set(InvitationState) else None
        found, after = services.invitations(state, limit=limit, start=start)
        names = rolls.names_of((one.person, one.groups) for one in found)
        return Page([_row(one, names) for one in found], after)


class Invitation(Record):
    source: ClassVar[Source[Any]] = Invitations()
    id = models.CharField(primary_key=True, max_length=64, editable=False)
    person = models.CharField(_("ID"), max_length=64)
    name = models.CharField(_("Name"), max_length=400)
    email = models.CharField(_("E-mail"), max_length=254)
    rights = models.CharField(_("Rights"), max_length=200)
    state = models.CharField(_("State"), max_length=20, choices=STATES)
    failure = models.CharField(_("Why"), max_length=40)
    asked_at = models.DateTimeField(_("Invited"))
    expires_at = models.DateTimeField(_("Good until"), null=True)

    class Meta(Record.Meta):
        app_label = "tenants"
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        return self.name or self.person


def _row(one: words.Invitation, names: dict[str, str]) -> Invitation:
    return Invitation(
        id=one.id,
        person=one.person,
        name=names.get(str(one.person), ""),
        email=one.email,
        rights=", ".join(str(GROUPS.get(group, group)) for group in sorted(one.groups)),
        state=one.state.value,
        failure=str(FAILURES[one.failure]) if one.failure else "",
        asked_at=one.asked_at,
        expires_at=one.expires_at,
    )
