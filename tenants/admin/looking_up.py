"""Search in the top bar: people by name or by what else they are known by, and groups."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.admin.utils import quote
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from luca.kernel import context
from luca.kernel.folding import folded
from tenants import services
from tenants.domain import Role, Status

AT_ONCE = 6  # of each kind
READERS = frozenset({"school_admin"})
ROLES = {
    Role.STUDENT: (gettext_lazy("Student"), "school"),
    Role.TEACHER: (gettext_lazy("Teacher"), "co_present"),
    Role.GUARDIAN: (gettext_lazy("Guardian"), "family_restroom"),
}


@dataclass(frozen=True, slots=True)
class Found:
    """One line of the results, as the theme shows it."""

    title: str
    description: str | Promise
    link: str
    icon: str


def look_up(asked: str) -> list[Found]:
    """Whom and what the school has by that name; nothing for who may not look for everybody."""
    if not READERS & context.groups() or not services.is_searchable(asked):
        return []
    return [*_groups(asked), *_people(asked)]


def _people(asked: str) -> Iterator[Found]:
    for role, (word, icon) in ROLES.items():
        found, _more = services.people_found(role, asked, limit=AT_ONCE)
        for one in found:
            link = reverse(f"admin:tenants_{role.value.lower()}_change", args=[quote(one.id)])
            here = word if one.status is Status.ACTIVE else _("%s, has left") % word
            yield Found(one.full_name, here, link, icon)


def _groups(asked: str) -> Iterator[Found]:
    wanted = folded(asked)
    fitting = (
        one for one in services.groups() if folded(one.name).startswith(wanted) or one.id == asked
    )
    for one, _number in zip(fitting, range(AT_ONCE), strict=False):
        link = reverse("admin:tenants_group_look", args=[one.id])
        yield Found(one.name, _("Group"), link, "groups")
