"""`Idempotency-Key`: a POST that is sent twice is done once and answered twice."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, TypeVar

from django.http import HttpResponse
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from luca.api.auth import caller
from luca.aws.idempotency import Answer, Ticket
from luca.kernel.errors import LucaError, Malformed

if TYPE_CHECKING:
    from collections.abc import Callable

    from rest_framework.request import Request

T = TypeVar("T")
HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
_KEY = re.compile(r"[\x21-\x7e]{1,255}", re.ASCII)
_REMEMBERED_HEADERS = ("ETag", "Location")


def joined(
    request: Request,
    work: Callable[[Ticket | None], T],
    render: Callable[[T], HttpResponse | Response],
) -> HttpResponse | Response:
    """Do work that is one transaction, its answer stored in that same transaction.

    The service calls `ticket.join(transaction, outcome)` before it commits. Without
    the header there is no ticket, and the service writes as it would.
    """
    ticket = _ticket(request, lambda outcome: _answer(render(outcome)))
    if ticket is None:
        return render(work(None))
    try:
        return render(work(ticket))
    except LucaError:
        # Perhaps it was done before: a repeated request gets its answer even if,
        # say, the period was closed since.
        stored = ticket.stored()
        if stored is None:
            raise
        return _replayed(stored)


def once(
    request: Request,
    work: Callable[[], HttpResponse | Response],
    *,
    final: Callable[[HttpResponse | Response], bool] = lambda _: True,
) -> HttpResponse | Response:
    """Do work of any shape at most once at a time under its key.

    The work must be safe to repeat by itself: a process that dies in the middle
    leaves the key to the next attempt, a minute later. An error gives it back, and
    so does an answer that is not `final`.
    """
    ticket = _ticket(request, _answer)
    if ticket is None:
        return work()
    stored = ticket.reserve()
    if stored is not None:
        return _replayed(stored)
    try:
        response = work()
    except BaseException:
        ticket.give_back()
        raise
    if final(response):
        ticket.keep(ticket.render(response))
    else:
        ticket.give_back()
    return response


def _ticket(request: Request, render: Callable[[Any], Answer]) -> Ticket | None:
    given = request.headers.get(HEADER)
    if given is None:
        return None
    if not _KEY.fullmatch(given):
        raise Malformed(
            "The Idempotency-Key must be 1 to 255 visible ASCII characters.",
            code="bad_idempotency_key",
        )
    found = request.resolver_match
    route = "" if found is None else found.route
    scope = (caller(request).person, request.method or "", route, given)
    return Ticket.of(scope, request.get_full_path().encode() + b"\0" + request.body, render)


def _answer(response: HttpResponse | Response) -> Answer:
    if isinstance(response, Response):
        body = JSONRenderer().render(response.data)
    else:
        body = response.content
    kept = {name: response[name] for name in _REMEMBERED_HEADERS if response.has_header(name)}
    return Answer(response.status_code, body.decode(), json.dumps(kept) if kept else "")


def _replayed(answer: Answer) -> HttpResponse:
    response = HttpResponse(answer.body, status=answer.status, content_type="application/json")
    for name, value in json.loads(answer.headers or "{}").items():
        response[name] = value
    response[REPLAYED] = "true"
    return response
