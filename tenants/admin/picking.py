"""Choosing people of the school for something: by name, with results to tick."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from luca.dynadmin.saying import said
from luca.dynadmin.screens import TOLD, Screen, Text
from tenants import services
from tenants.domain import Person, Role, Status

SHOWN = 30


class Pick(Screen):
    """Asks for a name, shows who has it, and hands over who was ticked."""

    template = "people/pick.html"
    role: ClassVar[Role] = Role.STUDENT
    button: Text = gettext_lazy("Add")
    several = True

    def back(self, **where: str) -> str:
        raise NotImplementedError

    def chosen(self, ids: Sequence[str], **where: str) -> str:
        """Do it; return what is said of it."""
        raise NotImplementedError

    def check(self, **where: str) -> None:
        """Raise NotFound unless there is what somebody is chosen for."""

    def shown(self, **where: str) -> Mapping[str, Any]:
        asked = self.request.GET.get("q", "").strip()
        found: list[Person] = []
        if asked and services.is_searchable(asked):
            found, _more = services.people_found(self.role, asked, limit=SHOWN)
        return {
            "asked": asked,
            "found": [one for one in found if one.status is Status.ACTIVE],
            "little": bool(asked) and not services.is_searchable(asked),
            "several": self.several,
            "button": self.button,
            "back": self.back(**where),
        }

    def get(self, request: HttpRequest, **where: str) -> HttpResponse:
        self.check(**where)
        return super().get(request, **where)

    def post(self, request: HttpRequest, **where: str) -> HttpResponse:
        self.check(**where)
        ids = request.POST.getlist("one")[:SHOWN]
        if not ids:
            self.say(_("Nobody was chosen."), messages.WARNING)
            return HttpResponseRedirect(request.get_full_path())
        try:
            self.say(self.chosen(ids, **where))
        except TOLD as error:
            self.say(said(error), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())
        return HttpResponseRedirect(self.back(**where))
