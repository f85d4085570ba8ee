"""Where errors become HTTP, and nowhere else (RFC 9457, application/problem+json)."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.utils import translation
from rest_framework import exceptions as drf

from luca.api.catalogue import title
from luca.kernel import errors
from luca.kernel.errors import FieldError, LucaError
from luca.telemetry import described, log

if TYPE_CHECKING:
    from collections.abc import Iterator

MEDIA_TYPE = "application/problem+json"
STATUS: dict[type[LucaError], int] = {
    errors.Malformed: 400,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.PreconditionFailed: 412,
    errors.TooLarge: 413,
    errors.Invalid: 422,
    errors.TooMany: 429,
    errors.Unavailable: 503,
}
# What the framework raises, in our words. The first that fits counts.
FRAMEWORK: tuple[tuple[type[Exception], int, str], ...] = (
    (Http404, 404, "not_found"),
    (PermissionDenied, 403, "forbidden"),
    (RequestDataTooBig, 413, "too_large"),
    (SuspiciousOperation, 400, "malformed"),
    (UnreadablePostError, 400, "malformed"),
    (drf.ParseError, 400, "malformed"),
    (drf.NotAuthenticated, 401, "unauthenticated"),
    (drf.AuthenticationFailed, 401, "unauthenticated"),
    (drf.PermissionDenied, 403, "forbidden"),
    (drf.NotFound, 404, "not_found"),
    (drf.MethodNotAllowed, 405, "method_not_allowed"),
    (drf.NotAcceptable, 406, "not_acceptable"),
    (drf.UnsupportedMediaType, 415, "unsupported_media_type"),
    (drf.ValidationError, 422, "invalid"),
    (drf.Throttled, 429, "too_many_requests"),
)
ALWAYS = {  # headers that HTTP wants with a status
    401: {"WWW-Authenticate": "Bearer"},
    429: {"Retry-After": "5"},
    503: {"Retry-After": "1"},
}
INTERNAL = "The fault is ours and has been recorded. Quote the X-Correlation-ID when you ask."
logger = log(__name__)


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything one answer says about what went wrong."""

    status: int
    family: str  # chooses the title
    detail: str
    code: str = ""  # the family unless it is more precise
    errors: tuple[FieldError, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)

    def answer(self) -> HttpResponse:
        language = translation.get_language() or ""
        code = self.code or self.family
        body: dict[str, Any] = {
            "type": f"urn:luca:problem:{code}",
            "title": title(self.family, language),
            "status": self.status,
            "detail": self.detail,
            "code": code,
        }
        if self.errors:
            body["errors"] = [{"field": e.field, "message": e.message} for e in self.errors]
        response = JsonResponse(body, status=self.status, content_type=MEDIA_TYPE)
        usual = {"Content-Language": language, "Vary": "Accept-Language"}
        for name, value in {**usual, **ALWAYS.get(self.status, {}), **self.headers}.items():
            response[name] = value
        return response


def problem(error: Exception) -> Problem:
    """Say what an error means to the caller; what nobody foresaw means nothing but 500."""
    if isinstance(error, LucaError):
        family = next(base for base in type(error).__mro__ if base in STATUS)
        return Problem(
            STATUS[family], family.code, str(error), error.code, error.errors, _headers(error)
        )
    for kind, status, name in FRAMEWORK:
        if isinstance(error, kind):
            return Problem(
                status, name, _detail(error), headers=_headers(error), errors=_fields(error)
            )
    _record(error)
    return Problem(500, "internal", INTERNAL)


def handle(error: Exception, _context: dict[str, Any]) -> HttpResponse:
    """Answer an error inside a view: DRF's one exception handler."""
    return problem(error).answer()


def _detail(error: Exception) -> str:
    if isinstance(error, drf.ValidationError):
        return "Some fields are not valid."
    if isinstance(error, drf.APIException):
        return str(error.detail)
    if isinstance(error, RequestDataTooBig):
        return "The request is larger than this address accepts."
    if isinstance(error, SuspiciousOperation | UnreadablePostError):
        return "The request cannot be read."
    return ""


def _headers(error: Exception) -> dict[str, str]:
    wait = getattr(error, "wait", None)
    return {} if wait is None else {"Retry-After": str(-int(-wait // 1))}


def _fields(error: Exception) -> tuple[FieldError, ...]:
    return tuple(_flat(error.detail, "")) if isinstance(error, drf.ValidationError) else ()


def _flat(detail: Any, path: str) -> Iterator[FieldError]:
    """Turn DRF's nested lists and dicts into one line for each fault, with a dotted path."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            place = path if name == "non_field_errors" else f"{path}.{name}".lstrip(".")
            yield from _flat(inner, place)
    elif isinstance(detail, list):
        for n, inner in enumerate(detail):
            nested = isinstance(inner, dict | list)
            yield from _flat(inner, f"{path}.{n}".lstrip(".") if nested else path)
    else:
        yield FieldError(path, str(detail))


def _record(error: BaseException) -> None:
    logger.error("unhandled_error", **described(error))


def unrouted(_request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404: nothing lives at this address."""
    del exception  # it lists every route
    return Problem(404, "not_found", "There is nothing at this address.").answer()


def unreadable(_request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400."""
    return problem(exception).answer()


def refused(_request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler403."""
    return problem(exception).answer()


def broken(_request: HttpRequest) -> HttpResponse:
    """Django's handler500: an error outside every view."""
    error = sys.exception()
    if error is not None:
        _record(error)
    return Problem(500, "internal", INTERNAL).answer()
