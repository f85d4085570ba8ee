"""Pages of the admin that are neither a list nor a form, in the theme's frame.

`Screen` shows something, `Watch` shows work that goes on in a worker, `Confirm` asks before
something that cannot be taken back. A `Place` in a ModelAdmin's `screens` gives one an address.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.views import View
from unfold.widgets import UnfoldAdminTextInputWidget

from luca.aws.idempotency import Answer, Ticket
from luca.dynadmin.forms import REASON, ReasonField
from luca.dynadmin.saying import said
from luca.kernel import context
from luca.kernel.errors import Conflict, Invalid, LucaError, PreconditionFailed

Text = str | Promise
ONCE = "once"  # names one showing of a question: it is answered once
TOLD = Conflict, Invalid, PreconditionFailed  # what whoever answered can do something about


@dataclass(frozen=True, slots=True)
class Crumb:
    """A step on the way to a page."""

    title: Text
    link: str = ""


class Screen(View):
    """One page. A subclass says who reads it, what it is called and what its template gets.

    `admin` is the ModelAdmin under whose address it stands; None for one of the site's own.
    """

    admin: Any = None
    site: Any = None
    title: Text = ""
    template = "dynadmin/screen.html"
    _way: list[Crumb] | None = None
    readers: ClassVar[frozenset[str]] = frozenset({"school_admin"})
    writers: ClassVar[frozenset[str]] = frozenset({"school_admin"})

    def heading(self, **where: str) -> Text:
        """The page's title, when it depends on what is shown."""
        return self.title

    def crumbs(self, **where: str) -> Iterable[Crumb]:
        """The way here; the list that it stands under, unless a subclass knows more."""
        if self.admin is not None:
            opts = self.admin.model._meta
            link = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
            yield Crumb(str(opts.verbose_name_plural).capitalize(), link)

    def way(self, **where: str) -> list[Crumb]:
        """The crumbs, looked up once: each request has a view of its own."""
        if self._way is None:
            self._way = list(self.crumbs(**where))
        return self._way

    def shown(self, **where: str) -> Mapping[str, Any]:
        """What the template gets; `where` is what stands in the address."""
        return {}

    def dispatch(self, request: HttpRequest, *args: Any, **where: Any) -> Any:
        allowed = self.readers if request.method in {"GET", "HEAD", "OPTIONS"} else self.writers
        if not allowed & context.groups():
            raise PermissionDenied
        return super().dispatch(request, *args, **where)

    def get(self, request: HttpRequest, **where: str) -> HttpResponse:
        return self.page(self.shown(**where), **where)

    def page(self, shown: Mapping[str, Any], **where: str) -> HttpResponse:
        """The page in its frame: for answers to a POST too."""
        frame = {
            **self.site.each_context(self.request),
            "title": self.heading(**where),
            "crumbs": self.way(**where),
        }
        return TemplateResponse(self.request, self.template, {**frame, **shown})

    def say(self, text: Text, level: int = messages.SUCCESS) -> None:
        """Leave a message for the page that is shown next."""
        messages.add_message(self.request, level, str(text))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a screen stands: `admin:<app>_<model>_<name>`, under its list's address."""

    route: str
    screen: type[Screen]
    name: str

    def pattern(self, site: Any, admin: Any = None) -> URLPattern:
        """Its address; without a ModelAdmin it is `admin:<name>`, under the site's own."""
        name = self.name
        if admin is not None:
            opts = admin.model._meta
            name = f"{opts.app_label}_{opts.model_name}_{self.name}"
        view = self.screen.as_view(admin=admin, site=site)
        found: URLPattern = path(self.route, site.admin_view(view), name=name)
        return found


@dataclass(frozen=True, slots=True)
class Progress:
    """How far some work is. `total` is None while nobody knows it."""

    done: int
    total: int | None
    going: bool  # False: it has ended, well or not
    text: Text = ""  # what it is doing, or what became of it
    failed: bool = False
    links: Sequence[Crumb] = field(default_factory=tuple)  # where to go when it has ended

    @property
    def percent(self) -> int | None:
        if not self.total:
            return None if self.going else 100
        return min(100, 100 * self.done // self.total)


class Watch(Screen):
    """Work that a worker does: a bar that asks how far it is, until it has ended.

    The work is the worker's: whoever closes the page and comes back finds it where it is.
    A page of any screen shows the same bar with `{% include "dynadmin/work.html" %}`, given
    `progress` and `address` (of a `Watch`).
    """

    template = "dynadmin/watch.html"
    leads_on = False  # the page around the bar says more as soon as the work has ended

    def progress(self, **where: str) -> Progress:
        raise NotImplementedError

    def get(self, request: HttpRequest, **where: str) -> HttpResponse:
        shown: dict[str, Any] = {"progress": self.progress(**where), "address": request.path}
        if request.headers.get("HX-Request"):
            over = self.leads_on and not shown["progress"].going
            refresh = {"HX-Refresh": "true"} if over else None  # the bar's link is for who has none
            return TemplateResponse(request, "dynadmin/work.html", shown, headers=refresh)
        return self.page({**self.shown(**where), **shown}, **where)


class Asked(forms.Form):
    """Why, and which showing of the question this answers."""

    reason = ReasonField(
        widget=UnfoldAdminTextInputWidget({"autocomplete": "off", "autofocus": True})
    )
    once = forms.CharField(widget=forms.HiddenInput, max_length=64)


class Confirm(Screen):
    """Asks before something that cannot be taken back, and wants to know why.

    Answering twice does it once: the second answer is led where the first one was.
    """

    template = "dynadmin/confirm.html"
    form: ClassVar[type[forms.Form]] = Asked
    button: Text = ""  # what is done, as a verb
    done: Text = ""  # what is said when it was done
    danger = True

    def effects(self, **where: str) -> Iterable[Text]:
        """What will happen, a sentence each."""
        return ()

    def back(self, **where: str) -> str:
        """Where whoever changes their mind goes."""
        crumbs = [one.link for one in self.way(**where) if one.link]
        return crumbs[-1] if crumbs else reverse("admin:index")

    def initial(self, **where: str) -> Mapping[str, Any]:
        """What the form says before anybody has typed; an address may say it (`request.GET`)."""
        return {}

    def act(self, given: Mapping[str, Any], **where: str) -> str | None:
        """Do it, `given` what the form says (`reason`); return where to go, or None: back."""
        raise NotImplementedError

    def get(self, request: HttpRequest, **where: str) -> HttpResponse:
        return self._asked(
            self.form(initial={**self.initial(**where), ONCE: secrets.token_urlsafe(16)}), **where
        )

    def post(self, request: HttpRequest, **where: str) -> HttpResponse:
        form = self.form(request.POST)
        if not form.is_valid():
            return self._asked(form, **where)
        try:
            return HttpResponseRedirect(self._once(form.cleaned_data, **where))
        except TOLD as error:
            self._refuse(form, error)
            return self._asked(form, **where)

    def _asked(self, form: forms.Form, **where: str) -> HttpResponse:
        asked = {
            "form": form,
            "effects": list(self.effects(**where)),
            "button": self.button,
            "danger": self.danger,
            "back": self.back(**where),
        }
        return self.page({**self.shown(**where), **asked}, **where)

    def _once(self, given: Mapping[str, Any], **where: str) -> str:
        """Where to go; what was done for the same showing is not done again."""
        ticket = self._ticket(str(given[ONCE]))
        stored = ticket.reserve()
        if stored is not None:
            return stored.body
        try:
            address = self.act(given, **where) or self.back(**where)
        except BaseException:
            ticket.give_back()
            raise
        ticket.keep(ticket.render(address))
        if self.done:
            self.say(self.done)
        return address

    def _ticket(self, showing: str) -> Ticket:
        scope = (str(context.actor()), "admin", self.request.path, showing)
        return Ticket.of(scope, b"", lambda address: Answer(302, address))

    @staticmethod
    def _refuse(form: forms.Form, error: LucaError) -> None:
        """Put what the service refused at the fields it named, and the rest above the form."""
        named = [fault for fault in error.errors if fault.field in form.fields]
        for fault in named:
            form.add_error(fault.field, said(fault.message))
        if not named:
            form.add_error(None, [said(error), *(said(one.message) for one in error.errors)])


def script(_request: HttpRequest) -> str:
    """What keeps a button from being pressed twice, for the theme to load on every page."""
    return static("dynadmin/js/once.js")


def style(_request: HttpRequest) -> str:
    """The few rules that the theme's own classes lack."""
    return static("dynadmin/css/more.css")


def focus(_request: HttpRequest) -> str:
    """What puts the cursor where the page wants it."""
    return static("dynadmin/js/focus.js")


def reach(_request: HttpRequest) -> str:
    """What lets a keyboard reach, and a reader name, what the theme made for a mouse."""
    return static("dynadmin/js/reach.js")


__all__ = ["REASON", "Asked", "Confirm", "Crumb", "Place", "Progress", "Screen", "Watch"]
