"""Lists in pages: `?limit=` and `?cursor=` in, `items` and `next_cursor` out."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from luca.api import cursors
from luca.aws.store import Key
from luca.kernel.errors import FieldError, Invalid

DEFAULT, LARGEST = 50, 100
PARAMETERS = [
    OpenApiParameter("limit", int, description=f"rows of a page, 1 to {LARGEST}"),
    OpenApiParameter("cursor", str, description="`next_cursor` of the page before"),
]
_NUMBER = re.compile(r"[1-9]\d{0,2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which page a request asks for."""

    limit: int
    start: Key | None
    query: str

    def answer(self, items: Iterable[Any], following: Key | None) -> Response:
        return Response({"items": list(items), "next_cursor": cursors.seal(following, self.query)})


def asked(request: Request, query: str, *, default: int = DEFAULT) -> Asked:
    """Read limit and cursor. `query` names the list and what chooses its rows."""
    limit = _limit(request, default)
    return Asked(limit, cursors.unseal(request.query_params.get("cursor"), query), query)


def _limit(request: Request, default: int) -> int:
    given = request.query_params.get("limit", str(default))
    if not _NUMBER.fullmatch(given) or int(given) > LARGEST:
        fault = FieldError("limit", f"A whole number from 1 to {LARGEST}.")
        raise Invalid("The limit is not valid.", errors=(fault,))
    return int(given)
