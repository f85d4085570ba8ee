"""The site: Django's, in the theme, with everything replaced that would ask a database."""

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from unfold.sites import UnfoldAdminSite

from luca.dynadmin import languages
from luca.dynadmin.models import StaffUser
from luca.dynadmin.records import Record

if TYPE_CHECKING:
    from luca.dynadmin.beside import Beside
    from luca.dynadmin.screens import Place


class Site(UnfoldAdminSite):  # type: ignore[misc]  # the theme ships no types
    """`sign_in`, `sign_out` and `look_up` are given by the project that uses the site."""

    site_url = None

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.screens: list[Place] = []  # pages of no model; add to it where they are defined
        self.beside: defaultdict[str, list[Beside]] = defaultdict(list)  # the same

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register records; Django registers its own groups, for which there is no table."""
        several = (
            model_or_iterable
            if isinstance(model_or_iterable, list | tuple)
            else [model_or_iterable]
        )
        for model in (one for one in several if issubclass(one, Record)):
            super().register(model, admin_class, **options)
            _know(model)

    def has_permission(self, request: HttpRequest) -> bool:
        return isinstance(getattr(request, "user", None), StaffUser)

    def get_log_entries(self, request: HttpRequest) -> "_Nothing":
        """The theme's "recent actions": the dashboard shows the audit instead."""
        return _Nothing()

    def search(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Search in the top bar.

        Not the theme's own: it keeps what it found in a cache, where names of one school
        would wait for whoever has the same user key.
        """
        asked = request.GET.get("s", "").strip()
        results = self.look_up(request, asked) if asked else []
        return TemplateResponse(
            request,
            "dynadmin/found.html",
            {"results": results},
            headers={"HX-Trigger": "search", "Cache-Control": "no-store"},
        )

    def look_up(self, request: HttpRequest, asked: str) -> list[Any]:
        return []

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> TemplateResponse:
        raise Http404

    def password_change_done(
        self, request: HttpRequest, extra_context: Any = None
    ) -> TemplateResponse:
        raise Http404

    def get_urls(self) -> list[URLPattern]:
        """Without "view on site", which asks for content types by number."""
        django = [one for one in super().get_urls() if getattr(one, "name", "") != "view_on_site"]
        own = [one.pattern(self) for one in self.screens]
        return [path("language/", languages.choose, name="set_language"), *own, *django]


class _Nothing(list[Any]):
    """As much of a queryset as a template asks for."""

    def filter(self, **_wanted: Any) -> "_Nothing":
        return self


def _know(model: type[Record]) -> None:
    """Number a model: a page asks for its content type, which would be a row of a database."""
    types: Any = ContentType.objects
    cache: dict[Any, Any] = types._cache.setdefault("default", {})
    key = (model._meta.app_label, str(model._meta.model_name))
    if key not in cache:
        number = 1 + len({one.pk for one in cache.values()})
        made = ContentType(pk=number, app_label=key[0], model=key[1])
        types._add_to_cache("default", made)
