"""Whose page is wanted: a student, by any part of the name."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from luca.dynadmin.screens import Crumb, Screen
from tenants import services
from tenants.domain import Role

SHOWN = 20  # students that a search shows


class FindStudent(Screen):
    """Leads to a page about one student; a subclass says which."""

    template = "dynadmin/find.html"

    def page_of(self, student: str) -> str:
        raise NotImplementedError

    def shown(self, **where: str) -> Mapping[str, Any]:
        asked = self.request.GET.get("q", "").strip()
        found = services.people_found(Role.STUDENT, asked, limit=SHOWN)[0] if asked else []
        return {
            "asked": asked,
            "label": _("Name of the student"),
            "found": [Crumb(one.full_name, self.page_of(str(one.id))) for one in found],
        }
