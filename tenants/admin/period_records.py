"""The periods of the school: few, and read whole."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from luca.dynadmin.records import Record
from luca.dynadmin.sources import Past, Source, Whole
from luca.kernel.ids import PeriodId
from tenants import services
from tenants.admin import past
from tenants.domain import Period, PeriodState

STATES = [
    (PeriodState.OPEN.value, _("Open")),
    (PeriodState.CLOSING.value, _("Closing")),
    (PeriodState.CLOSED.value, _("Closed")),
]


class Periods(Whole["PeriodRecord"]):
    searched = ("name", "id")

    def everything(self) -> Iterable["PeriodRecord"]:
        return [_shown(one) for one in services.periods()]

    def add(self, record: "PeriodRecord", reason: str) -> "PeriodRecord":
        given = Period(PeriodId(record.id), record.name, record.starts, record.ends)
        return _shown(services.create_period(given))

    def change(self, record: "PeriodRecord", fields: Mapping[str, Any], reason: str) -> None:
        services.change_period(PeriodId(record.id), fields, seen=record.version)

    def history(self, ids: str) -> Sequence[Past]:
        return past.of(f"period:{ids}", past.words_of(PeriodRecord))


class PeriodRecord(Record):
    source: ClassVar[Source[Any]] = Periods()
    id = models.CharField(
        _("id"),
        primary_key=True,
        max_length=64,
        help_text=_("Short and for good, as 2026-1: letters, digits, point, hyphen."),
    )
    name = models.CharField(
        _("name"), max_length=200, help_text=_("What families read, as First trimester.")
    )
    starts = models.DateField(_("first day"))
    ends = models.DateField(_("last day"))
    state = models.CharField(_("state"), max_length=8, choices=STATES, editable=False)

    class Meta(Record.Meta):
        app_label = "tenants"
        verbose_name = _("period")
        verbose_name_plural = _("periods")
        ordering = ("-starts", "id")

    def __str__(self) -> str:
        return self.name


def _shown(period: Period) -> PeriodRecord:
    return PeriodRecord(
        id=period.id,
        version=services.mark(period),
        name=period.name,
        starts=period.starts,
        ends=period.ends,
        state=period.state.value,
    )
