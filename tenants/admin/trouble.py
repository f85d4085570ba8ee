"""What went wrong, as a page of the admin: in the theme's frame where that can be drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.shortcuts import render
from django.utils.translation import gettext as _

from luca.api import problems
from luca.dynadmin.saying import said
from luca.kernel import context
from luca.kernel.errors import Forbidden

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from luca.api.problems import Problem

FAULT = 500  # from here on something of ours does not work, and the frame may be part of it
INTERNAL = "The fault is ours and has been recorded."


def trouble(request: HttpRequest, error: Exception) -> HttpResponse:
    """Say what an error means in words, with the number to quote."""
    return page(request, problems.problem(error))


def page(request: HttpRequest, found: Problem) -> HttpResponse:
    detail = INTERNAL if found.family == "internal" else found.detail
    shown = {
        "title": _title(found.status),
        "problem": found,
        "detail": said(detail),
        "correlation": context.correlation_id(),
    }
    response = _drawn(request, shown, found.status)
    for name, value in found.headers.items():
        response[name] = value
    return response


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 -- Django's name
    """A form without its token: sent from another page, or from one that is too old."""
    return trouble(request, Forbidden("The form is too old, or not from this site: open it again."))


def _drawn(request: HttpRequest, shown: dict[str, Any], status: int) -> HttpResponse:
    if status >= FAULT:
        return render(request, "luca/plain_trouble.html", shown, status=status)
    inside = admin.site.has_permission(request)
    template = "luca/trouble.html" if inside else "luca/trouble_outside.html"
    frame = {**admin.site.each_context(request), **shown}
    return render(request, template, frame, status=status)


def _title(status: int) -> str:
    titles = {
        403: _("This page is not yours to see"),
        404: _("There is no such page"),
        413: _("That is too large"),
    }
    return titles.get(status, _("That did not work"))
