"""What the office should look at first, each with what to do about it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from luca.office import links, troubles
from luca.office.cards import Card, Weight
from tenants.domain import PeriodState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from tenants.domain import Period

SOON = timedelta(days=14)
WAITING, SENT, EXPIRED, FAILED = "waiting", "sent", "expired", "failed"  # invitations


def cards(found: Mapping[str, Any] | None, periods: Sequence[Period], today: date) -> list[Card]:
    """Everything, the worst first."""
    counted = found or {}
    every = [
        *_night(counted.get("night")),
        *troubles.cards(counted.get("troubles", ()), {str(one.id): one.name for one in periods}),
        *_periods(periods, today),
        *_refused(counted.get("refused", 0)),
        *_invitations(counted.get("invitations", {})),
        *_waiting(counted.get("waiting", 0)),
    ]
    return sorted(every, key=lambda one: one.weight)


def first_steps(found: Mapping[str, Any] | None, periods: Sequence[Period]) -> list[Card]:
    """What a school that has just begun does first; nothing once it has begun."""
    people = {} if found is None else found["people"]
    steps = [
        (
            not periods,
            _("Create the first period"),
            _("Grades belong to a period: give it a name and its dates."),
            "add_period",
            _("Create a period"),
        ),
        (
            found is not None and not people.get("STUDENT"),
            _("Bring your students in"),
            _("Import a list from Excel or CSV: you see what would change before it does."),
            "import",
            _("Import students"),
        ),
        (
            found is not None and not people.get("TEACHER"),
            _("Add your teachers"),
            _("Import them or add them one by one, then invite them to sign in."),
            "teachers",
            _("Teachers"),
        ),
    ]
    return [
        Card(Weight.INFO, title, todo, links.to(link), action)
        for wanted, title, todo, link, action in steps
        if wanted
    ]


def _night(night: Mapping[str, Any] | None) -> Iterator[Card]:
    if night is None:
        return
    link, action = links.to("nights"), _("See the nightly runs")
    facts = {"date": night["date"], "failed": night["failed"], "left": night["left"]}
    if night["state"] == "failed":
        yield Card(
            Weight.DANGER,
            _("The night of %(date)s failed") % facts,
            _("%(failed)s grades could not be computed and %(left)s were left over. "
              "See why, then run it again.") % facts,
            link,
            action,
        )  # fmt: skip
    elif night["overdue"]:
        yield Card(
            Weight.DANGER,
            _("The night of %(date)s has not ended") % facts,
            _("Grades may not be up to date. See how far it came, or run it again."),
            link,
            action,
        )


def _waiting(number: int) -> Iterator[Card]:
    if number:
        yield Card(
            Weight.INFO,
            ngettext(
                "%(n)s result waits to be consolidated",
                "%(n)s results wait to be consolidated",
                number,
            )
            % {"n": number},
            _("It happens by itself every night at two; it can be done now as well."),
            links.to("nights"),
            _("Nightly runs"),
        )


def _periods(periods: Iterable[Period], today: date) -> Iterator[Card]:
    for one in periods:
        facts = {"period": one.name, "date": one.ends.strftime("%d/%m/%Y")}
        link, action = links.to("period", one.id), _("Open the period")
        if one.is_open and one.ends < today:
            yield Card(
                Weight.WARNING,
                _("%(period)s is over and still open") % facts,
                _("It ended on %(date)s. Close it once all results are in: its grades become "
                  "final.") % facts,
                link,
                action,
            )  # fmt: skip
        elif one.is_open and one.ends - today <= SOON:
            yield Card(
                Weight.INFO,
                _("%(period)s ends on %(date)s") % facts,
                _("Remind teachers of results that are missing."),
                link,
                action,
            )
        elif one.state is PeriodState.CLOSING:
            yield Card(
                Weight.WARNING,
                _("%(period)s is closing") % facts,
                _("No new results are taken. If it stays so, close it once more."),
                link,
                action,
            )


def _refused(number: int) -> Iterator[Card]:
    if number:
        yield Card(
            Weight.WARNING,
            ngettext("%(n)s event was rejected", "%(n)s events were rejected", number)
            % {"n": number},
            _("They are kept for two weeks. See why, mend the cause, then try them again."),
            links.to("refused"),
            _("See the rejected events"),
        )


def _invitations(states: Mapping[str, int]) -> Iterator[Card]:
    link, action = links.to("invitations"), _("See the invitations")
    over = states.get(EXPIRED, 0) + states.get(FAILED, 0)
    is_open = states.get(SENT, 0) + states.get(WAITING, 0)
    if over:
        yield Card(
            Weight.WARNING,
            ngettext(
                "%(n)s invitation expired or could not be sent",
                "%(n)s invitations expired or could not be sent",
                over,
            )
            % {"n": over},
            _("Send them again, or cancel them."),
            link,
            action,
        )
    if is_open:
        yield Card(
            Weight.INFO,
            ngettext("%(n)s invitation is open", "%(n)s invitations are open", is_open)
            % {"n": is_open},
            _("These people have not signed in yet."),
            link,
            action,
        )
