"""Grading rules: their versions, writing new ones, and taking back what is to come."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.decorators import display

from grades import rules, services
from grades.admin import rules_words as words
from grades.admin.rules_forms import RulesForm, written
from grades.admin.rules_publishing import Publish, WhatIf, draft_of
from grades.admin.rules_records import STANDINGS, RulesRecord
from grades.domain import ALWAYS, GradingRules, RulesVersion, Standing
from luca.dynadmin.options import OverSource
from luca.dynadmin.screens import Confirm, Crumb, Place, Screen
from luca.kernel.errors import Invalid, NotFound
from luca.kernel.ids import PeriodId, SubjectId
from tenants import services as tenants
from tenants.domain import Course
from tenants.services import Catalogue

_NUMBER = re.compile(r"[1-9]\d{0,8}", re.ASCII)
PAGE = "admin:grades_rulesrecord_"


def _numbered(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise NotFound("There is no such version of these rules.", code="rules_not_found")
    return int(text)


class Write(Screen):
    """Which subject, and then its rules: the ones that are there, to be changed."""

    template = "grades/rules_write.html"
    offer: Catalogue | None = None

    def heading(self, **where: str) -> str:
        subject = where.get("subject")
        if not subject:
            return _("New grading rules")
        return _("New rules for %(subject)s") % {"subject": self._offer().subject(subject)}

    def get(self, request: HttpRequest, **where: str) -> HttpResponse:
        if "subject" not in where:
            links = [
                Crumb(one.name, reverse(f"{PAGE}write", args=[one.id]))
                for one in self._offer().subjects
            ]
            return self.page({"choose": links})
        form = self._form(where["subject"], initial=self._start(SubjectId(where["subject"])))
        return self._shown(form, **where)

    def post(self, request: HttpRequest, **where: str) -> HttpResponse:
        subject = SubjectId(where["subject"])
        form = self._form(subject, data=request.POST)
        if not form.is_valid():
            return self._shown(form, **where)
        try:
            return HttpResponseRedirect(self._onwards(subject, form))
        except Invalid as error:
            form.refuse(error)
            return self._shown(form, **where)

    def _onwards(self, subject: SubjectId, form: RulesForm) -> str:
        """To what they would change; where nobody is graded by them, to publishing them."""
        given = form.given()
        if form.can_try:
            course = Course(subject, PeriodId(form.cleaned_data["period"]))
            job = services.ask_for_simulation(course, given)
            return reverse(f"{PAGE}what_if", args=[job.id])
        return f"{reverse(f'{PAGE}publish', args=[subject])}?draft={draft_of(subject, given)}"

    def _start(self, subject: SubjectId) -> dict[str, Any]:
        """The version that was asked for, or the latest, or what is by default."""
        number = self.request.GET.get("from", "")
        if number:
            return written(
                rules.as_mapping(services.rules_version(subject, _numbered(number))[0].rules)
            )
        latest = services.latest_rules(subject)
        return written(rules.as_mapping(latest.rules if latest else GradingRules()))

    def _form(self, subject: str, **options: Any) -> RulesForm:
        if subject not in {one.id for one in self._offer().subjects}:
            raise NotFound("There is no such subject.", code="subject_not_found")
        return RulesForm(offer=self._offer(), subject=subject, **options)

    def _shown(self, form: RulesForm, **where: str) -> HttpResponse:
        return self.page({"form": form, "back": reverse(f"{PAGE}changelist")}, **where)

    def _offer(self) -> Catalogue:
        if self.offer is None:
            self.offer = tenants.catalogue()
        return self.offer


class _OfVersion(Screen):
    seen: tuple[RulesVersion, Standing] | None = None

    def version(self, **where: str) -> tuple[RulesVersion, Standing]:
        if self.seen is None:
            number, subject = _numbered(where["rules"]), SubjectId(where["subject"])
            self.seen = services.rules_version(subject, number)
        return self.seen

    def named(self, **where: str) -> dict[str, str]:
        return {"subject": where["subject"], "number": where["rules"]}


class OneVersion(_OfVersion):
    """What a version says, and since when."""

    template = "grades/rules_version.html"

    def heading(self, **where: str) -> str:
        return _("Rules of %(subject)s, version %(number)s") % self.named(**where)

    def shown(self, **where: str) -> Mapping[str, Any]:
        version, standing = self.version(**where)
        place = [where["subject"], where["rules"]]
        return {
            "version": version,
            "begins": None if version.valid_from == ALWAYS else version.valid_from,
            "standing": dict(STANDINGS)[standing.value],
            "told": words.told(version.rules),
            "json": words.as_json(version.rules),
            "write": f"{reverse(f'{PAGE}write', args=place[:1])}?from={version.number}",
            "withdraw": reverse(f"{PAGE}withdraw", args=place)
            if standing is Standing.FUTURE
            else "",
        }


class Withdraw(_OfVersion, Confirm):
    """Takes a version back whose day has not come."""

    button = gettext_lazy("Withdraw these rules")
    done = gettext_lazy("The rules were withdrawn.")

    def heading(self, **where: str) -> str:
        return _("Withdraw version %(number)s of the rules of %(subject)s?") % self.named(**where)

    def effects(self, **where: str) -> Iterable[str | Promise]:
        version, _standing = self.version(**where)
        yield _("They were to begin on %(day)s. They never will.") % {"day": version.valid_from}
        yield _("They stay in the list as withdrawn, and their number is not given again.")

    def act(self, given: Mapping[str, Any], **where: str) -> None:
        subject, number = SubjectId(where["subject"]), _numbered(where["rules"])
        services.withdraw_rules(subject, number, reason=given["reason"])


class RulesAdmin(OverSource, ModelAdmin):  # type: ignore[misc]  # the theme ships no types
    list_display = (
        "name",
        "number",
        "shown_standing",
        "valid_from",
        "published_at",
        "published_by",
    )
    list_filter = ("standing",)
    search_fields = ("name", "subject")
    list_before_template = "grades/rules_before.html"
    screens = (
        Place("write/", Write, "choose"),
        Place("what-if/<str:job>/", WhatIf, "what_if"),
        Place("<str:subject>/write/", Write, "write"),
        Place("<str:subject>/publish/", Publish, "publish"),
        Place("<str:subject>/publish/<str:job>/", Publish, "publish_tried"),
        Place("<str:subject>/<str:rules>/shown/", OneVersion, "version"),
        Place("<str:subject>/<str:rules>/withdraw/", Withdraw, "withdraw"),
    )

    @display(  # type: ignore[untyped-decorator]  # the same
        description=gettext_lazy("today"), label={"in_force": "success", "future": "info"}
    )
    def shown_standing(self, obj: RulesRecord) -> tuple[str, str]:
        return obj.standing, str(obj.get_standing_display())  # type: ignore[attr-defined]  # Django makes it

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """What was published is read, never changed: its own page shows it."""
        found = self.get_object(request, unquote(object_id))
        if found is None or not self.has_view_permission(request, found):
            return super().change_view(request, object_id, form_url, extra_context)  # type: ignore[no-any-return]
        return HttpResponseRedirect(reverse(f"{PAGE}version", args=[found.subject, found.number]))


admin.site.register(RulesRecord, RulesAdmin)
