"""Signing in to the admin, step after step, through the same pool as everywhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import segno
from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextInputWidget

from luca.api import throttling
from luca.dynadmin.saying import said
from luca.kernel.errors import Forbidden, Invalid, LucaError, TooMany, Unauthenticated
from tenants.admin.door import COOKIE, ROOT
from tenants.services import signing_in, staff_sessions
from tenants.services.signing_in import Pending, SignedIn

if TYPE_CHECKING:
    from luca.dynadmin.site import Site

SAID = Forbidden, Invalid, TooMany, Unauthenticated  # what somebody who signs in can mend
LONGEST = 600  # characters; no letter takes more than four bytes of the picture's 2,953
_CODE = re.compile(r"\d{6}", re.ASCII)


class PasswordForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        widget=UnfoldAdminTextInputWidget({"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=256,
        strip=False,
        widget=UnfoldAdminPasswordWidget({"autocomplete": "current-password"}),
    )


class NewPasswordForm(forms.Form):
    new_password = forms.CharField(
        label=gettext_lazy("New password"),
        max_length=256,
        strip=False,
        widget=UnfoldAdminPasswordWidget({"autocomplete": "new-password", "autofocus": True}),
    )
    again = forms.CharField(
        label=gettext_lazy("The same password again"),
        max_length=256,
        strip=False,
        widget=UnfoldAdminPasswordWidget({"autocomplete": "new-password"}),
    )

    def clean_again(self) -> str:
        again = str(self.cleaned_data["again"])
        if again != self.cleaned_data.get("new_password"):
            raise forms.ValidationError(_("The two passwords are not the same."))
        return again


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code of your authenticator app"),
        widget=UnfoldAdminTextInputWidget(
            {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
        ),
    )

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"]).replace(" ", "")
        if not _CODE.fullmatch(code):
            raise forms.ValidationError(_("The code has six digits."))
        return code


FORMS: dict[str, type[forms.Form]] = {
    "": PasswordForm,
    "new_password": NewPasswordForm,
    "totp": CodeForm,
    signing_in.SETUP: CodeForm,
}


@never_cache
@csrf_protect
def sign_in(request: HttpRequest, site: Site) -> HttpResponse:
    """Ask for what the step needs; with the last answer the session begins."""
    if site.has_permission(request):
        return HttpResponseRedirect(_onwards(request))
    if request.method != "POST":
        return _page(site, request, PasswordForm(), "")
    step = request.POST.get("step", "")
    form = FORMS.get(step, PasswordForm)(request.POST)
    if not form.is_valid():
        return _page(site, request, form, step)
    try:
        found = _answered(request, step, form.cleaned_data)
        if isinstance(found, Pending):
            return _page(site, request, FORMS[found.challenge](), found.challenge, found)
        return _signed_in(request, found)
    except SAID as error:
        return _refused(site, request, form, step, error)


def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session; it takes a POST, or a picture on a page could do it."""
    if request.method == "POST":
        staff_sessions.end(request.COOKIES.get(COOKIE, ""))
    response = HttpResponseRedirect(reverse("admin:login"))
    if request.method == "POST":
        response.delete_cookie(COOKIE, path=ROOT)
    return response


def _answered(request: HttpRequest, step: str, given: dict[str, Any]) -> SignedIn | Pending:
    if not step:
        address = throttling.address(request)
        return signing_in.sign_in(given["email"], given["password"], address)
    return signing_in.respond(request.POST.get("session", ""), given)


def _signed_in(request: HttpRequest, found: SignedIn) -> HttpResponse:
    rotate_token(request)  # whoever knew the token of before knows none of the session's forms
    response = HttpResponseRedirect(_onwards(request))
    response.set_cookie(
        COOKIE,
        staff_sessions.begin(found),
        max_age=int(staff_sessions.LONGEST.total_seconds()),
        path=ROOT,
        secure=request.is_secure() or settings.PROXIES > 0,
        httponly=True,
        samesite="Lax",
    )
    return response


def _refused(
    site: Site, request: HttpRequest, form: forms.Form, step: str, error: LucaError
) -> HttpResponse:
    """Say what was wrong; a step whose time is over begins again."""
    if error.code == "challenge_over":
        form, step = _anew(), ""
    field = error.errors[0].field if error.errors and error.errors[0].field in form.fields else None
    texts = [fault.message for fault in error.errors] or [str(error)]
    form.add_error(field, [said(one) for one in texts])
    response = _page(site, request, form, step)
    response.status_code = 429 if isinstance(error, TooMany) else 200
    return response


def _anew() -> forms.Form:
    """An empty form that can say why it is shown again: one that nobody has sent has no errors."""
    form = PasswordForm({})
    form.full_clean()
    form.errors.clear()
    return form


def _page(
    site: Site, request: HttpRequest, form: forms.Form, step: str, found: Pending | None = None
) -> HttpResponse:
    secret = found.secret if found else None
    shown = {
        **site.each_context(request),
        "title": _("Sign in"),
        "form": form,
        "step": step,
        "session": found.session if found else request.POST.get("session", ""),
        "next": request.POST.get("next") or request.GET.get("next", ""),
        "secret": secret.secret if secret else request.POST.get("secret", ""),
        "uri": secret.uri if secret else request.POST.get("uri", ""),
    }
    if step == signing_in.SETUP:
        uri = str(shown["uri"])[:LONGEST]  # the browser brings it back, and a picture has an end
        shown["picture"] = segno.make(uri).svg_inline(scale=4, border=2, light="#fff")
    return render(request, "luca/sign_in.html", shown)


def _onwards(request: HttpRequest) -> str:
    """The page that was asked for, if it is one of ours."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours and wanted.startswith(ROOT) else reverse("admin:index")
