"""Curves: what one would do to everybody, applying it, what was done, and putting it back."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from grades import services
from grades.admin import places, words
from grades.domain import (
    CurveAct,
    CurveEvent,
    CurveKind,
    CurvePreview,
    CurveWish,
    Distribution,
)
from luca.dynadmin.forms import REASON
from luca.dynadmin.saying import said
from luca.dynadmin.screens import TOLD, Confirm, Crumb, Screen
from luca.kernel.errors import Invalid, NotFound
from luca.kernel.ids import AssessmentId
from tenants import services as tenants
from tenants.domain import Course

EVENTS = 20  # of the history; a school curves an assessment once or twice


class WishForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("Curve"),
        choices=list(words.CURVE.items()),
        widget=UnfoldAdminSelectWidget(),
    )
    amount = forms.DecimalField(
        label=gettext_lazy("Points or target"),
        required=False,
        max_digits=6,
        widget=UnfoldAdminTextInputWidget({"inputmode": "decimal", "autocomplete": "off"}),
        help_text=gettext_lazy(
            "In percent: the points that everybody gets, or what the mean or the best becomes. "
            "The square root needs none."
        ),
    )
    deviation = forms.DecimalField(
        label=gettext_lazy("Deviation"),
        required=False,
        max_digits=6,
        widget=UnfoldAdminTextInputWidget({"inputmode": "decimal", "autocomplete": "off"}),
        help_text=gettext_lazy("Only where the deviation is a target too, in percent."),
    )
    above_max = forms.BooleanField(
        label=gettext_lazy("Results may rise above the maximum"),
        required=False,
        widget=UnfoldBooleanWidget(),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def wish(self) -> CurveWish:
        given = self.cleaned_data
        return CurveWish(
            given["kind"], given["amount"], given["deviation"], above_max=given["above_max"]
        )


class _OfAssessment(Screen):
    def crumbs(self, **where: str) -> Iterator[Crumb]:
        yield from super().crumbs(**where)
        name = places.named(where, *places.ASSESSMENT)
        yield Crumb(where["assessment"], places.link("assessment_change", name))

    @staticmethod
    def place(where: Mapping[str, str]) -> tuple[Course, AssessmentId]:
        found = places.assessment(places.named(where, *places.ASSESSMENT))
        if found is None:
            raise NotFound("There is no such assessment.", code="assessment_not_found")
        return found

    @staticmethod
    def desk(where: Mapping[str, str]) -> str:
        return places.screen("assessment_curve", places.named(where, *places.ASSESSMENT))


class Desk(_OfAssessment):
    """What is in force, what was done before, and the wish for another curve."""

    title = gettext_lazy("Curve of an assessment")
    template = "grades/curve.html"

    def shown(self, **where: str) -> Mapping[str, Any]:
        course, identity = self.place(where)
        found, events = services.curve_desk(course, identity, EVENTS)
        names = tenants.staff_names({one.by for one in events if one.by})
        name = places.named(where, *places.ASSESSMENT)
        return {
            "asked": found,
            "now": _spoken(found.curve) if found.curve else "",
            "events": [_event(one, names) for one in events],
            "form": WishForm(initial={"version": found.version}),
            "preview": places.screen("assessment_apply_curve", name),
            "undo": places.screen("assessment_undo_curve", name) + f"?version={found.version}",
        }


class Apply(_OfAssessment, Confirm):
    """The preview, group by group, and the question whether to do it."""

    title = gettext_lazy("What the curve would do")
    template = "grades/curve_preview.html"
    button = gettext_lazy("Apply the curve")
    done = gettext_lazy("The curve is applied; the grades follow at night.")
    danger = False

    def crumbs(self, **where: str) -> Iterator[Crumb]:
        yield from super().crumbs(**where)
        yield Crumb(_("Curve"), self.desk(where))

    def shown(self, **where: str) -> Mapping[str, Any]:
        course, identity = self.place(where)
        wish, _version = self._wish()
        found = services.preview_curve(course, identity, wish)
        return {"wish": _spoken(found.curve), "found": found, "groups": list(_groups(found))}

    def get(self, request: HttpRequest, **where: str) -> HttpResponse:
        """A wish that cannot be had leads back to where it was made, and is told."""
        try:
            return super().get(request, **where)
        except TOLD as error:
            for text in (str(error), *(one.message for one in error.errors)):
                self.say(said(text), messages.ERROR)
            return HttpResponseRedirect(self.desk(where))

    def act(self, given: Mapping[str, Any], **where: str) -> str:
        wish, version = self._wish()
        services.apply_curve(*self.place(where), wish, reason=given[REASON], version=version)
        return self.desk(where)

    def _wish(self) -> tuple[CurveWish, int]:
        form = WishForm(self.request.GET)
        if not form.is_valid():
            raise Invalid("Say which curve it is, and by how much.")
        return form.wish(), form.cleaned_data["version"]


class UndoCurve(_OfAssessment, Confirm):
    title = gettext_lazy("Undo the curve")
    button = gettext_lazy("Undo it")
    done = gettext_lazy("The curve is undone; the grades follow at night.")

    def effects(self, **where: str) -> Iterable[str]:
        yield _("The curve before it is in force again, or none.")

    def back(self, **where: str) -> str:
        return self.desk(where)

    def shown(self, **where: str) -> Mapping[str, Any]:
        services.curve_assessment(*self.place(where))
        return {}

    def act(self, given: Mapping[str, Any], **where: str) -> str:
        seen = self.request.GET.get("version", "")
        version = int(seen) if seen.isascii() and seen.isdigit() else 0
        services.undo_curve(*self.place(where), reason=given[REASON], version=version)
        return self.desk(where)


def _spoken(curve: Any) -> str:
    said = str(words.CURVE[CurveKind(curve.kind)])
    if curve.amount is not None:
        said += f": {words.number(curve.amount)} %"
    if curve.deviation is not None:
        said += f", {words.number(curve.deviation)} %"
    return said


def _event(one: CurveEvent, names: Mapping[str, str]) -> dict[str, Any]:
    applied = one.act is CurveAct.APPLIED
    return {
        "at": one.at,
        "who": names.get(str(one.by), one.by) or "Luca",
        "what": _("applied") if applied else _("undone"),
        "curve": _spoken(one.curve) if one.curve else _("no curve"),
        "reason": one.reason,
    }


def _groups(found: CurvePreview) -> Iterator[dict[str, Any]]:
    for one in found.groups:
        yield {
            "name": one.group,
            "rows": [
                (_("Results, in percent"), _("before"), _numbers(one.results.before)),
                (_("Results, in percent"), _("after"), _numbers(one.results.after)),
                (_("Grades"), _("before"), _numbers(one.grades.before)),
                (_("Grades"), _("after"), _numbers(one.grades.after)),
            ],
        }


def _numbers(of: Distribution) -> list[str]:
    every = (of.mean, of.lowest, of.median, of.highest, of.deviation)
    return [str(of.count), *(words.number(one) for one in every)]
