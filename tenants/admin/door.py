"""Who comes to the admin, and what every page of it carries."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.utils import timezone

from luca.api import throttling
from luca.api.verifying import Principal
from luca.aws.audit import settled
from luca.dynadmin.models import StaffUser
from luca.kernel import context
from luca.kernel.errors import LucaError, TooLarge
from tenants.admin import trouble
from tenants.services import staff_sessions

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from tenants.domain.sessions import Staff

ROOT = "/admin/"
SIGN_IN = "/admin/login/"
COOKIE = "luca_admin"
LARGEST_FORM = 6 * 1024 * 1024  # bytes: a table, and what stands around it
PATIENCE, PART = 128 * 1024 * 1024, 1 << 16  # bytes that are read of what is too large
# The theme's Alpine.js evaluates expressions of its own templates, and writes styles.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",  # with none at all a form's origin is "null", and refused
}

# For a year browsers come by HTTPS only, once they did: nobody on the way can offer them less.
STRICT = "Strict-Transport-Security", "max-age=31536000"


class Door:
    """Lets the session's person into their own school, for the length of a request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(ROOT):
            return self._get_response(request)
        with ExitStack() as stack, settled():
            try:
                self._let_in(request, stack)
                weigh(request)
                response = self._get_response(request)
            except LucaError as error:
                response = trouble.trouble(request, error)
        if request.headers.get("HX-Request") and response.get("Location", "").startswith(SIGN_IN):
            # A part of a page cannot be led elsewhere: the whole page is, when it loads again.
            response = HttpResponse(status=204, headers={"HX-Refresh": "true"})
        for name, value in [*HEADERS.items(), *([STRICT] if request.is_secure() else [])]:
            response.headers.setdefault(name, value)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """What a page could not do is a page too, not a problem document."""
        return trouble.trouble(request, error) if request.path.startswith(ROOT) else None

    def _let_in(self, request: HttpRequest, stack: ExitStack) -> None:
        request.user = AnonymousUser()
        cookie = request.COOKIES.get(COOKIE)
        staff = staff_sessions.enter(cookie) if cookie else None
        if staff is None:
            throttling.check_address(request)
            return
        who = Principal(staff.person, staff.school, staff.groups)
        throttling.check_caller(who)
        request.principal = who  # type: ignore[attr-defined]  # for the request's log line
        request.user = _user(staff)
        stack.enter_context(timezone.override(staff.zone))
        stack.enter_context(
            context.entered(school=staff.school, actor=staff.person, groups=staff.groups)
        )


def weigh(request: HttpRequest) -> None:
    """Refuse too large a body; a browser reads the refusal only once it has sent it all."""
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    signed_in = isinstance(request.user, StaffUser)
    is_file = signed_in and request.content_type == "multipart/form-data"
    if length <= (LARGEST_FORM if is_file else settings.DATA_UPLOAD_MAX_MEMORY_SIZE):
        return
    left = min(length, PATIENCE) if signed_in else 0
    while left > 0 and (part := request.read(min(left, PART))):
        left -= len(part)
    raise TooLarge("The file is too large: at most 5 MB. Divide it and send the parts.")


def _user(staff: Staff) -> StaffUser:
    return StaffUser.of(staff.school, staff.person, staff.groups, staff.name)
