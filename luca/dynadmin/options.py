"""What to put before Django's (or a theme's) ModelAdmin, so that it works over sources."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ERROR_FLAG, PAGE_VAR, ChangeList
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, URLPattern
from django.utils.translation import gettext as _

from luca.dynadmin import cursors
from luca.dynadmin.forms import REASON, SEEN, RecordForm
from luca.dynadmin.question import Unanswerable
from luca.dynadmin.records import Record, Records
from luca.dynadmin.screens import Place
from luca.kernel.errors import LucaError, Malformed


class OnePage(Paginator):  # type: ignore[type-arg]  # generic for the checker only
    """Carries a page's size and template for the theme; it never counts."""

    template_name = "dynadmin/pages.html"
    count = 0
    num_pages = 1


class Named(ChangeList):
    """Each row has a heading, also where it leads nowhere (`list_display_links = None`).

    The theme makes one of the link, and calls the first cell of a row without one a box to tick.
    """

    def url_for_result(self, result: Any) -> str:
        if self.model_admin.list_display_links is None:
            raise NoReverseMatch  # the theme shows the words alone
        return super().url_for_result(result)


class Short(Named):
    """A list that is read whole: once, and counted and cut in memory."""

    queryset: Records[Any]

    def get_results(self, request: HttpRequest) -> None:
        rows: Any = _answered(self.queryset)
        pages = self.model_admin.get_paginator(request, rows, self.list_per_page)
        self.paginator = pages
        self.result_count = len(rows)
        chosen = self.query or self.has_active_filters
        self.full_result_count = None if chosen else self.result_count  # equal: no "show all"
        self.show_full_result_count = False
        self.show_admin_actions = True
        self.can_show_all = self.result_count <= self.list_max_show_all
        self.multi_page = self.result_count > self.list_per_page
        whole = self.show_all and self.can_show_all
        self.result_list = rows if whole else pages.get_page(self.page_num).object_list


class Paged(Named):
    """A list by sealed cursors. `?p=` holds one where Django has a number."""

    queryset: Records[Any]

    def get_results(self, request: HttpRequest) -> None:
        name = cursors.named(self.model, self.filter_params)
        try:
            trail = cursors.opened(request.GET.get(PAGE_VAR), name)
        except Malformed as error:  # another school's, of another list, or too old
            messages.warning(request, _("That page is gone; this is the first one."))
            trail = cursors.Trail()
            del error
        try:
            page = self.queryset.page(self.list_per_page, trail.here)
        except Unanswerable as error:
            raise IncorrectLookupParameters(str(error)) from error
        self.next_url = self._to(trail.forward(page.next), name) if page.next else None
        self.prev_url = self._to(trail.back(), name) if trail.here else None
        self.first_url = self.get_query_string() if trail.here else None
        self.result_list = page.rows
        self.result_count = len(page.rows)
        self.full_result_count = self.result_count  # the theme would call a page all there is
        self.show_full_result_count = self.can_show_all = self.multi_page = False
        self.show_admin_actions = True
        self.paginator = OnePage([], self.list_per_page)

    def _to(self, trail: cursors.Trail, name: str) -> str:
        return self.get_query_string({PAGE_VAR: cursors.sealed(trail, name)})


def _answered(queryset: Records[Any]) -> list[Any]:
    try:
        return list(queryset)
    except Unanswerable as error:
        raise IncorrectLookupParameters(str(error)) from error


class OverSource:
    """Mixin for a ModelAdmin of a Record.

    `readers` and `writers` are groups; nobody else sees that the page exists. Services
    audit what they do, so Django's own log is not written.
    """

    form = RecordForm
    show_facets = admin.ShowFacets.NEVER  # they count
    show_full_result_count = False
    model: type[Record]
    readers: frozenset[str] = frozenset({"school_admin"})
    writers: frozenset[str] = frozenset({"school_admin"})
    adds = changes = removes = False  # what its source can do
    screens: Sequence[Place] = ()  # further pages under its address

    def get_urls(self) -> list[URLPattern]:
        """Its screens first: Django takes whatever else is under a list for a record's id."""
        site = self.admin_site  # type: ignore[attr-defined]
        own = [one.pattern(site, self) for one in self.screens]
        return [*own, *super().get_urls()]  # type: ignore[misc]

    # Who may do what

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(self.readers & _groups(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.adds and bool(self.writers & _groups(request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.changes and bool(self.writers & _groups(request))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.removes and bool(self.writers & _groups(request))

    # Lists

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[ChangeList]:
        base: type[ChangeList] = super().get_changelist(request, **options)  # type: ignore[misc]
        kind = Paged if self.model.source.paged else Short
        return type(kind.__name__, (kind, base), {})

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        try:
            return super().get_changelist_instance(request)  # type: ignore[misc,no-any-return]
        except IncorrectLookupParameters as error:
            if request.GET:
                raise  # Django leads to the list without them
            raise Unanswerable(f"The plain list cannot be answered: {error}") from error

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Where Django led from what could not be answered: the list, and why it is whole."""
        if ERROR_FLAG in request.GET:
            request.GET = QueryDict()
            told = _(
                "The list cannot be filtered, searched or ordered like that: this is all of it."
            )
            messages.warning(request, told)
        return super().changelist_view(request, extra_context)  # type: ignore[misc,no-any-return]

    def get_list_display_links(self, request: HttpRequest, list_display: Any) -> Any:
        found = super().get_list_display_links(request, list_display)  # type: ignore[misc]
        return () if found is None else found  # empty: the first column; see Named

    def response_action(self, request: HttpRequest, queryset: Records[Any]) -> HttpResponse:
        """What was ticked, and never "all" of a list that nobody reads whole."""
        if self.model.source.paged:
            given = request.POST.copy()
            given.pop("select_across", None)
            request.POST = given  # type: ignore[assignment]  # Django does so itself
        return super().response_action(request, queryset)  # type: ignore[misc,no-any-return]

    def get_search_results(
        self, request: HttpRequest, queryset: Records[Any], search_term: str
    ) -> tuple[Records[Any], bool]:
        return (queryset.search(search_term) if search_term else queryset), False

    # Forms

    def get_form(self, request: HttpRequest, obj: Any = None, **options: Any) -> Any:
        form = super().get_form(request, obj, **options)  # type: ignore[misc]
        refusal = getattr(request, "refusal", None)
        return type(form.__name__, (form,), {"refusal": refusal}) if refusal else form

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Render the hidden version with the first fieldset."""
        given = [(name, dict(one)) for name, one in super().get_fieldsets(request, obj)]  # type: ignore[misc]
        if not any(SEEN in one["fields"] for _name, one in given):
            given[0][1]["fields"] = (*given[0][1]["fields"], SEEN)
        return given

    def changeform_view(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        """Let the source judge; what it refuses comes back in the form that was sent."""
        try:
            return super().changeform_view(request, *args, **options)  # type: ignore[misc,no-any-return]
        except LucaError as error:
            if request.method != "POST" or getattr(request, "refusal", None):
                raise
            request.refusal = error  # type: ignore[attr-defined]
            return super().changeform_view(request, *args, **options)  # type: ignore[misc,no-any-return]

    def save_model(self, request: HttpRequest, obj: Record, form: RecordForm, change: Any) -> None:
        reason = str(form.cleaned_data.get(REASON) or "")
        if not change:
            stored = obj.source.add(obj, reason)
            obj.pk, obj.version = stored.pk, stored.version
        elif touched := form.touched:
            values = {name: form.cleaned_data[name] for name in touched}
            obj.source.change(obj, values, reason)

    def delete_queryset(self, request: HttpRequest, queryset: Records[Any]) -> None:
        for record in queryset:
            record.delete()

    def get_deleted_objects(
        self, objs: Sequence[Record], request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Only the records themselves: what hangs on them is the service's to say."""
        named = [str(one) for one in objs]
        label = str(self.model._meta.verbose_name_plural)
        missing = set() if self.has_delete_permission(request) else {label}
        return named, {label: len(named)}, missing, []

    # History

    def log_addition(self, *args: Any) -> None:
        """The service has audited it."""

    log_change = log_deletion = log_deletions = log_addition

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = self.get_object(request, unquote(object_id))  # type: ignore[attr-defined]
        if found is None:
            return self._get_obj_does_not_exist_redirect(  # type: ignore[attr-defined,no-any-return]
                request, self.model._meta, object_id
            )
        if not self.has_view_permission(request, found):
            raise PermissionDenied
        request.current_app = self.admin_site.name  # type: ignore[attr-defined]
        shown = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "title": _("Change history: %s") % found,
            "past": found.source.history(str(found.pk)),
            "object": found,
            "opts": self.model._meta,
            **(extra_context or {}),
        }
        return TemplateResponse(request, "dynadmin/history.html", shown)


def _groups(request: HttpRequest) -> frozenset[str]:
    groups: frozenset[str] = getattr(request.user, "groups_held", frozenset())
    return groups
