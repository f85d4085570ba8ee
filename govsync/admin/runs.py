"""The list of runs, and every page under it."""

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from govsync import services
from govsync.admin import (
    acting,
    burying,
    ending,
    ledgering,
    listing,
    looking,
    mapping,
    proving,
    starting,
    summing,
)
from govsync.admin.base import OPERATORS
from govsync.admin.labels import KINDS, RUNS, error, step
from govsync.domain import Balance, Run, RunKind, RunStatus, State
from luca.dynadmin.options import OverSource
from luca.dynadmin.question import Question, Unanswerable
from luca.dynadmin.records import Record
from luca.dynadmin.sources import Page, Source
from tenants import services as tenants


class Runs(Source["SyncRun"]):
    paged = True

    def several(self, ids: Collection[str]) -> Iterable["SyncRun"]:
        return [SyncRun.of(services.run(one)) for one in ids]

    def page(self, question: Question, limit: int, start: Any) -> Page["SyncRun"]:
        if question.search:
            raise Unanswerable("Runs are not searched.")
        asked = question.only("period", "status")
        state = asked.get(("status", "exact"))
        found, following = services.runs_summed(
            asked.get(("period", "exact")),
            None if state is None else RunStatus(state),
            limit=limit,
            start=start,
        )
        return Page([SyncRun.of(*one) for one in found], following)


class SyncRun(Record):
    source: ClassVar[Source[Any]] = Runs()
    id = models.CharField(primary_key=True, max_length=64, editable=False)
    period = models.CharField(_("period"), max_length=64)
    kind = models.CharField(
        _("kind"), max_length=20, choices=[(one.value, KINDS[one]) for one in RunKind]
    )
    status = models.CharField(
        _("status"), max_length=20, choices=[(one.value, RUNS[one][0]) for one in RunStatus]
    )
    state = models.CharField(max_length=80)
    error = models.CharField(max_length=80)
    started = models.DateTimeField(_("started"))
    finished = models.DateTimeField(_("ended"), null=True)
    counts: Mapping[State, int] = MappingProxyType({})  # its records, when it was last added up

    class Meta(Record.Meta):
        app_label = "govsync"
        verbose_name = _("run of the sync")
        verbose_name_plural = _("runs of the sync")

    def __str__(self) -> str:
        return f"{self.period}, {self.started:%Y-%m-%d %H:%M}"

    @classmethod
    def of(cls, run: Run, balance: Balance | None = None) -> "SyncRun":
        found = cls(
            id=run.id,
            version=run.version,
            period=run.period,
            kind=run.kind.value,
            status=run.status.value,
            state=run.execution.state,
            error=run.execution.error,
            started=run.started,
            finished=run.finished,
        )
        found.counts = balance.counts if balance else {}
        return found


class OfPeriod(admin.SimpleListFilter):
    title = _("period")
    parameter_name = "period"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return [(str(one.id), one.name or str(one.id)) for one in reversed(tenants.periods())]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(period=self.value()) if self.value() else queryset


@admin.register(SyncRun)
class RunAdmin(OverSource, ModelAdmin):  # type: ignore[misc]  # the theme ships no types
    readers = writers = OPERATORS
    list_display = ["period", "standing", "kind", "where", "started", "finished"]
    list_filter = [OfPeriod, "status"]
    list_per_page = 25
    list_before_template = "govsync/list_top.html"
    actions = None
    screens = (
        *starting.SCREENS,
        *mapping.SCREENS,
        *acting.SCREENS,
        *burying.SCREENS,
        *looking.SCREENS,
        *listing.SCREENS,
        *ledgering.SCREENS,
        *proving.SCREENS,
        *summing.SCREENS,
    )

    @admin.display(description=_("status"))
    def standing(self, one: SyncRun) -> str:
        text, tone, icon = ending.badge(RunStatus(one.status), one.counts)
        shown = {"text": text, "type": tone, "icon": icon}
        return render_to_string("unfold/helpers/label.html", shown)

    @admin.display(description=_("where it is"))
    def where(self, one: SyncRun) -> str:
        return error(one.error) if one.error else step(one.state)
