"""What was given up in any run of the school, and the way to send it again."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from govsync import services
from govsync.admin import labels
from govsync.admin.base import NOTHING, OfSync, address, moment, said
from govsync.admin.tables import Cell, Table, paged
from govsync.domain import REDRIVABLE, RunStatus
from govsync.services import Carried, Dead
from luca.dynadmin.screens import Place

ROWS = 40  # batches of a page: with their runs they fit into one call


class GivenUp(OfSync):
    """All batches that are waiting for somebody, of whichever run and however that ended."""

    title = gettext_lazy("Given up in any run")
    template = "govsync/given_up.html"

    def shown(self, **where: str) -> Mapping[str, Any]:
        rows, pages = paged(
            self.request,
            "sync given up",
            lambda start: services.given_up_anywhere(limit=ROWS, start=start),
            {},
        )
        shown = [_row(one, one.batch) for one in rows if one.batch]
        heads = (
            *(_("The run"), _("Batch"), _("State"), _("Records")),
            *(_("Last answer"), _("What to do"), _("Send again")),
        )
        return {
            "table": Table(_("Batches"), heads, shown, _("No batch was given up."), pages),
            "failed_at": f"{address('changelist')}?status__exact={RunStatus.FAILED.value}",
        }


def _row(one: Dead, batch: Carried) -> tuple[Cell, ...]:
    run = one.run
    return (
        Cell(run.period, link=address("letters", run.id), note=moment(run.started)),
        Cell(batch.line.number, link=address("batch", run.id, batch.line.number)),
        Cell(labels.state(batch.line.state), tone=labels.tone(batch.line.state)),
        Cell(str(sum(batch.line.counts.values()))),
        Cell(labels.answer(batch.answer) or NOTHING, note=labels.code(batch.reason)),
        Cell(said(one.next_step)),
        _again(one, batch),
    )


def _again(one: Dead, batch: Carried) -> Cell:
    """The way to the run's redrive, which asks first; it sends all of the run's again."""
    if batch.line.state not in REDRIVABLE:
        return Cell(NOTHING, note=_("A person has to compare it first."))
    if one.run.status is RunStatus.RUNNING:
        return Cell(NOTHING, note=_("When the run has ended."))
    return Cell(_("Send again"), link=address("redrive", one.run.id))


SCREENS = (Place("given-up/", GivenUp, "given_up"),)
