"""What happens around every request: its ids, its limits, its log line."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.utils import translation

from luca.api.problems import Problem
from luca.aws import counting
from luca.kernel import context
from luca.kernel.ids import uuid7
from luca.telemetry import hashed, log, measure, origins, spans, together

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from luca.telemetry.origins import Origin
    from luca.telemetry.spans import Span

CORRELATION = "X-Correlation-ID"
CALLS = "X-Luca-Calls"
_CORRELATION = re.compile(r"[A-Za-z0-9._~-]{8,64}", re.ASCII)
_LENGTH = re.compile(r"\d{1,15}", re.ASCII)
FORMS = "/admin/"  # takes files, and weighs what it is sent itself
PROBES = {"healthz", "readyz"}  # asked every few seconds: a log line each would hide the rest
HEADERS = {
    "Cache-Control": "no-store",  # answers are about minors; nothing between us keeps them
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
logger = log(__name__)


class Around:
    """Gives each request its correlation id, language and limits, and each answer its line."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        correlation, origin = _correlation(request), _origin(request)
        language = translation.get_language_from_request(request)
        with (
            context.entered(correlation_id=correlation, trace_id=origin.trace),
            translation.override(language),
            counting.counted() as calls,
            spans.arriving("request", spans.SERVER, origin) as span,
        ):
            refusal = _foreign(request) or _limit(request)
            response = self._get_response(request) if refusal is None else refusal.answer()
            if settings.SHOW_CALLS:
                response[CALLS] = " ".join([str(len(calls)), *calls])
            _finish(response, correlation)
            _report(request, response.status_code, time.perf_counter() - began, span)
        return response


def _correlation(request: HttpRequest) -> str:
    """Take the caller's id if it is one; anything else could forge a line of the log."""
    given = request.headers.get(CORRELATION, "")
    return given if _CORRELATION.fullmatch(given) else uuid7()


def _origin(request: HttpRequest) -> Origin:
    """The edge's trace goes first: what it writes itself stands before what callers send."""
    if request.path.strip("/") in PROBES:
        return replace(origins.begun(), sampled=False)
    found = origins.of_xray(request.headers.get("X-Amzn-Trace-Id", ""))
    if not found.trace:
        found = origins.of_w3c(request.headers.get("traceparent", ""))
    return found if found.trace else origins.begun()


def _foreign(request: HttpRequest) -> Problem | None:
    """Refuse names that are not ours; a balancer's probe knows an address only."""
    try:
        if request.path.strip("/") not in PROBES:
            request.get_host()
    except DisallowedHost:
        return Problem(400, "malformed", "This host is not served here.")
    return None


def _limit(request: HttpRequest) -> Problem | None:
    """Judge a body by what its header says, before a byte of it is read."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if request.headers.get("Transfer-Encoding"):
        return Problem(411, "length_required", "Send a Content-Length instead of chunks.")
    if not _LENGTH.fullmatch(length):
        return Problem(400, "malformed", "The Content-Length is no number.")
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if int(length) > limit and not request.path.startswith(FORMS):
        return Problem(413, "too_large", f"A request has at most {limit} bytes.")
    return None


def _finish(response: HttpResponse, correlation: str) -> None:
    response[CORRELATION] = correlation
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if not response.streaming and not response.has_header("Content-Length"):
        response["Content-Length"] = str(len(response.content))  # nobody else would set it


def _report(request: HttpRequest, status: int, seconds: float, span: Span) -> None:
    """Log and measure by the pattern of the route: a path may name a person."""
    found = request.resolver_match
    route = "unrouted" if found is None else found.route
    if route in PROBES:
        return
    who: Any = getattr(request, "principal", None)
    spent = round(seconds * 1000, 1)
    method = request.method if request.method in METHODS else "OTHER"
    logger.info(
        "request",
        method=method,
        route=route,
        status=status,
        duration_ms=spent,
        tenant_id=who.school if who else None,
        person=hashed(who.person) if who else None,
    )
    path = _path(method, route)
    together(
        measure("InteractiveRequestCount", path=path),
        measure("InteractiveRequestErrors", int(status >= BROKEN), path=path),
        measure("InteractiveRequestLatency", spent, "Milliseconds", path=path),
        measure("RequestDuration", spent, "Milliseconds", operation=_operation(method, route)),
        school=who.school if who else None,
    )
    span.named(f"{method} {route}")
    span.told(status=status, school=who.school if who else None)
    if status >= BROKEN:
        span.failed()


def _path(method: str, route: str) -> str:
    """Tell apart what has a promise of its own: reading and writing in 120 ms at the p95."""
    if route.startswith(PAGES):
        return "admin"
    if route.startswith(SIGNING):
        return "identity"  # the user pool's time, not ours
    return "read" if method in READING else "write"


def _operation(method: str, route: str) -> str:
    """A route by its pattern; the admin's hundreds are one, or each would be a metric."""
    return f"{method} {'admin/' if route.startswith(PAGES) else route}"


BROKEN = 500  # HTTP: from here on it is our fault
PAGES, SIGNING = "admin", "auth/"  # how routes of the admin and of the user pool begin
READING = frozenset({"GET", "HEAD", "OPTIONS"})
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
