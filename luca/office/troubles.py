"""The government sync's troubles as cards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from govsync.services import What
from luca.office import links
from luca.office.cards import Card, Weight

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

DANGER, WARNING, INFO = Weight
REASONS: dict[str, Any] = {
    "operator": _("Somebody paused it. Resume it when the cause is gone."),
    "unauthorized": _("The authority refused Luca's access. Ask the operator to correct it."),
    "misdirected": _("The authority's address is wrong. Ask the operator to correct it."),
    "everything_rejected": _(
        "The authority refused every record of a batch. Find the common cause, then resume."
    ),
}
SAID: dict[What, tuple[Weight, Any, Any]] = {
    What.HELD: (DANGER, _("The government sync is held"), ""),
    What.OVERDUE: (
        DANGER,
        _("The sync of %(period)s has missed its deadline"),
        _("What is left is still being sent. See what holds it up."),
    ),
    What.AT_RISK: (
        DANGER,
        _("The sync of %(period)s may miss its deadline"),
        _("See what holds it up, and the forecast."),
    ),
    What.FAILED: (
        DANGER,
        _("The sync of %(period)s failed"),
        _("See where it stopped, then send again what was given up."),
    ),
    What.PAUSED: (
        WARNING,
        _("The sync of %(period)s is paused"),
        _("Its deadline comes nearer all the same. Resume it when the cause is gone."),
    ),
    What.DEAD: (
        DANGER,
        ngettext_lazy(
            "%(n)s batch of %(period)s was given up",
            "%(n)s batches of %(period)s were given up",
            "n",
        ),
        _("Find out why, then send them again."),
    ),
    What.DRIFTED: (
        DANGER,
        ngettext_lazy(
            "The authority holds %(n)s record of %(period)s differently",
            "The authority holds %(n)s records of %(period)s differently",
            "n",
        ),
        _("Compare them, then send a correction."),
    ),
    What.UNBALANCED: (
        DANGER,
        _("The reconciliation of %(period)s does not add up"),
        _("See the differences, then reconcile again."),
    ),
    What.REJECTED: (
        WARNING,
        ngettext_lazy(
            "The authority refused %(n)s record of %(period)s",
            "The authority refused %(n)s records of %(period)s",
            "n",
        ),
        _("Correct their data, then send them again."),
    ),
    What.BLOCKED: (
        WARNING,
        ngettext_lazy(
            "%(n)s record of %(period)s was held back",
            "%(n)s records of %(period)s were held back",
            "n",
        ),
        _("Their data is not complete. Correct it, then send them."),
    ),
    What.DISCREPANCIES: (
        WARNING,
        ngettext_lazy(
            "The daily check of %(period)s found %(n)s discrepancy",
            "The daily check of %(period)s found %(n)s discrepancies",
            "n",
        ),
        _("Compare the records with the authority's."),
    ),
    What.NOT_SENT: (
        INFO,
        _("%(period)s is closed and was not sent yet"),
        _("Look at the preflight report, then start the sync."),
    ),
}


def cards(found: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> Iterator[Card]:
    """One for each; what a newer worker has counted and this process does not know is left out."""
    known = {what.value: what for what in What}
    for one in found:
        if one["what"] in known:
            yield _card(known[one["what"]], one, names)


def _card(what: What, one: Mapping[str, Any], names: Mapping[str, str]) -> Card:
    weight, title, todo = SAID[what]
    facts = {"period": names.get(one["period"], one["period"]), "n": one["count"]}
    if what is What.HELD:
        todo = REASONS.get(one["reason"], _("Find the cause, then resume it."))
    return Card(
        weight,
        str(title % facts),
        str(todo),
        _link(what, one["run"]),
        str(_("Open the sync")),
    )


def _link(what: What, run: str) -> str:
    if run:
        return links.to("run", run)
    return links.to("start_sync" if what is What.NOT_SENT else "sync")
