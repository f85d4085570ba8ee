"""Which period, course and group a page is about: chosen at its top, kept in its address."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from luca.dynadmin import days
from luca.dynadmin.screens import Crumb, Screen
from luca.kernel.ids import GroupId, PeriodId, SubjectId
from tenants.domain import Course, Period
from tenants.services import Catalogue


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen; empty where the school has nothing to choose from."""

    period: str = ""
    subject: str = ""
    group: str = ""

    @property
    def course(self) -> Course | None:
        if not (self.period and self.subject):
            return None
        return Course(SubjectId(self.subject), PeriodId(self.period))

    @property
    def at(self) -> GroupId:
        return GroupId(self.group)

    @property
    def query(self) -> str:
        return urlencode({name: value for name, value in asdict(self).items() if value})


def chosen(given: Mapping[str, Any], offer: Catalogue, *, groups: bool = True) -> Choice:
    """What the address says, as far as the school has it; the usual for all else.

    The usual is the period of today, its first course and the school's first group.
    """
    period = _one_of(given.get("period"), [one.id for one in offer.periods], _present(offer))
    subjects = [one.subject for one in offer.courses if one.period == period]
    names = [one.id for one in offer.groups] if groups else []
    return Choice(
        period=period,
        subject=_one_of(given.get("subject"), subjects, *subjects[:1]),
        group=_one_of(given.get("group"), names, *names[:1]),
    )


def options(choice: Choice, offer: Catalogue, address: str, *, groups: bool = True) -> Any:
    """What `grades/chooser.html` shows."""
    subjects = [one.subject for one in offer.courses if one.period == choice.period]
    return {
        "address": address,
        "choice": choice,
        "periods": [(one.id, one.name or one.id) for one in reversed(offer.periods)],
        "subjects": [(one, offer.subject(one)) for one in subjects],
        "groups": [(one.id, one.name) for one in offer.groups] if groups else [],
    }


def _present(offer: Catalogue) -> str:
    """The open period that began last, or simply the last."""
    today = days.today()
    begun: Iterable[Period] = [one for one in offer.periods if one.starts <= today]
    known = list(begun or offer.periods)
    if not known:
        return ""
    return max(known, key=lambda one: (one.is_open, one.starts, one.id)).id


def _one_of(given: Any, known: Iterable[str], usual: str = "") -> str:
    return str(given) if given in set(known) else usual


class Unchosen(Screen):
    """A list of nothing yet: its chooser leads to the usual choice, so that the address names it.

    Whoever has no scripts finds a link to the chooser.
    """

    template = "grades/unchosen.html"

    def heading(self, **where: str) -> str:
        return str(self.admin.opts.verbose_name_plural).capitalize()

    def crumbs(self, **where: str) -> Iterable[Crumb]:
        return ()

    def shown(self, **where: str) -> Mapping[str, Any]:
        return {"cl": {"opts": self.admin.opts}}


def unchosen(admin: Any, request: HttpRequest, *, unless: str = "", groups: bool = True) -> Any:
    """The page of a list that nothing was chosen for; None for one that knows what to show."""
    needed = {"period", "subject", *(["group"] if groups else [])}
    if needed <= request.GET.keys() or unless in request.GET:
        return None
    return Unchosen.as_view(admin=admin, site=admin.admin_site)(request)
