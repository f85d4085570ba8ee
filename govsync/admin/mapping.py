"""The authority's codes of the school's subjects, all in one form."""

import re
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from govsync import services
from govsync.admin.base import OfSync, address
from luca.dynadmin.saying import said as told
from luca.dynadmin.screens import Place
from luca.kernel.errors import Invalid, PreconditionFailed
from tenants import services as tenants

PREFIX = "code-"
_VERSION = re.compile(r"\d{1,9}", re.ASCII)


class Subjects(OfSync):
    """A subject without a code goes under its own id."""

    title = gettext_lazy("The authority's codes of subjects")
    template = "govsync/subjects.html"

    def shown(self, **where: str) -> Mapping[str, Any]:
        codes, version = services.subject_codes()
        return _form(codes, version, codes, {})

    def post(self, request: HttpRequest, **where: str) -> HttpResponse:
        typed = request.POST.get("version", "")
        seen = int(typed) if _VERSION.fullmatch(typed) else 0
        given = {
            name.removeprefix(PREFIX): str(value).strip()
            for name, value in request.POST.items()
            if name.startswith(PREFIX)
        }
        wanted = {subject: code for subject, code in given.items() if code}
        try:
            services.map_subjects(wanted, seen)
        except Invalid as error:
            faults = {one.field.removeprefix("codes."): told(one.message) for one in error.errors}
            return self.page(_form(given, seen, given, faults), **where)
        except PreconditionFailed:
            return self._overtaken(given, **where)
        self.say(_("The codes are stored. The next run uses them."))
        return HttpResponseRedirect(address("subjects"))

    def _overtaken(self, given: Mapping[str, str], **where: str) -> HttpResponse:
        """Show what was typed over what is stored now, and say which of it differs."""
        codes, version = services.subject_codes()
        theirs = {
            one: _("Stored meanwhile: %(code)s") % {"code": codes.get(one) or "—"}
            for one in {*codes, *given}
            if codes.get(one, "") != given.get(one, "")
        }
        messages.warning(
            self.request,
            _("Somebody changed the codes while you were editing them. Look them over and save."),
        )
        return self.page(_form(given, version, {**codes, **given}, theirs), **where)


def _form(
    given: Mapping[str, str], version: int, known: Mapping[str, str], said: Mapping[str, str]
) -> dict[str, Any]:
    subjects = {str(one.subject) for one in tenants.courses()} | set(known)
    rows = [
        {"subject": one, "code": given.get(one, known.get(one, "")), "said": said.get(one, "")}
        for one in sorted(subjects)
    ]
    return {"rows": rows, "version": version, "fault": said.get("codes", "")}


SCREENS = (Place("subjects/", Subjects, "subjects"),)
