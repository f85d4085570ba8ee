"""Every page of the admin, asked of the URL resolver: its readers, and its address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.views.generic import RedirectView

from luca.dynadmin.question import Unanswerable
from luca.dynadmin.screens import Screen
from tests.permissions.routes import PARAMETER

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from tests.permissions.world import Place, Target

ROOT = "admin/"
# What Django's site has for everybody who is in, or who wants to be; it shows nobody's data.
COMMON = frozenset(
    {
        *("index", "login", "logout", "search", "jsi18n", "autocomplete", "app_list"),
        *("password_change", "password_change_done", "set_language", "final_catch_all"),
    }
)


@dataclass(frozen=True)
class Page:
    route: str
    readers: frozenset[str]
    model: Any = None

    def __str__(self) -> str:
        return self.route

    def path(self, place: Place, target: Target) -> str:
        """Its address, about the first record that the list of this school shows."""

        def value(found: re.Match[str]) -> str:
            if found[1] == "object_id":
                return _first(self.model, place)
            if not hasattr(target, found[1]):
                raise LookupError(f"{self.route}: give Target in world.py a field `{found[1]}`.")
            return str(getattr(target, found[1]))

        return "/" + PARAMETER.sub(value, self.route)


def patterns(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for one in resolver.url_patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from patterns(one, route)
        else:
            yield route, one


def pages() -> list[Page]:
    """All but what is common to everybody; a page that nobody says the readers of fails here."""
    return [
        _page(route, one)
        for route, one in patterns(get_resolver())
        if route.startswith(ROOT) and not _is_common(one)
    ]


def _is_common(pattern: URLPattern) -> bool:
    view: Any = getattr(pattern.callback, "view_class", None)
    name = pattern.name or getattr(pattern.callback, "__name__", "")
    return name in COMMON or name == "catch_all_view" or view is RedirectView


def _page(route: str, pattern: URLPattern) -> Page:
    view: Any = getattr(pattern.callback, "view_class", None)
    admin: Any = getattr(pattern.callback, "model_admin", None)
    if view is not None and issubclass(view, Screen):
        return Page(route, view.readers)
    assert admin is not None, f"{route}: make it a Screen, or a page of a ModelAdmin"
    return Page(route, admin.readers, admin.model)


def _first(model: Any, place: Place) -> str:
    with place.entered():
        everything = model.objects.all()
        try:
            rows = everything.page(1, None).rows if model.source.paged else list(everything[:1])
        except Unanswerable:
            rows = []
    return str(rows[0].pk) if rows else "none"
