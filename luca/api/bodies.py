"""Reading JSON: for DRF's serializers, and straight into a type where time matters."""

import re
from functools import cache
from typing import Any, TypeVar

import msgspec
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.parsers import JSONParser
from rest_framework.request import Request

from luca.kernel.errors import FieldError, Invalid, Malformed

T = TypeVar("T")
NOT_JSON = "The body is not JSON."
UNKNOWN = "(unknown)"
_FIELD = re.compile(r"[a-z][a-z0-9]{0,20}(_[a-z0-9]{1,20}){0,4}", re.ASCII)
_NAMED = re.compile(r"Object (?P<what>missing required|contains unknown) field `(?P<field>.*)`")


class StrictJSONParser(JSONParser):
    """JSON as RFC 8259 means it: no NaN, no bottomless nesting, no halves of characters."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        try:
            data = super().parse(stream, media_type, parser_context)
            _check_characters(data)
        except (ParseError, RecursionError, ValueError):
            raise ParseError(NOT_JSON) from None
        return data


def _check_characters(data: Any) -> None:
    """A lone surrogate passes the parser and then breaks every store: refuse it here."""
    msgspec.json.encode(data)


def decode(request: Request, kind: type[T]) -> T:
    """Read the body into a type, with the place of the first thing that does not fit.

    Several times faster than a serializer. Numbers go into Decimal exactly.
    """
    return decode_bytes(json(request), kind)


def json(request: Request) -> bytes:
    """The body as it came, if it says that it is JSON; who reads it judges it."""
    return _body(request, "application/json")


def csv(request: Request) -> bytes:
    """The body as it came, if it says that it is a table; who reads it judges it."""
    return _body(request, "text/csv")


def _body(request: Request, kind: str) -> bytes:
    if request.content_type.partition(";")[0].strip().lower() != kind:
        raise UnsupportedMediaType(request.content_type)
    return bytes(request.body)


def decode_bytes(body: bytes | msgspec.Raw, kind: type[T]) -> T:
    """Read one piece of a body, for lists whose rows are judged one by one."""
    try:
        wanted: Any = kind
        found: T = _decoder(wanted).decode(body)
    except msgspec.ValidationError as error:
        raise _invalid(error) from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise Malformed(NOT_JSON) from None
    return found


@cache
def _decoder(kind: Any) -> Any:
    return msgspec.json.Decoder(kind)


def unknown_name(field: str) -> str:
    """Name a field that nobody knows, if it looks like one: a confused client sends people's."""
    return field if _FIELD.fullmatch(field) else UNKNOWN


def _invalid(error: msgspec.ValidationError) -> Invalid:
    message, _, path = str(error).partition(" - at `$")
    # Of a field that lacks or is too many, msgspec's path ends at the object around it.
    named = _NAMED.fullmatch(message)
    field = path.rstrip("`").replace("[", ".").replace("]", "")
    if named:
        field = f"{field}.{unknown_name(named['field'])}"
        message = "Is required." if named["what"] == "missing required" else "Is not known here."
    field = field.lstrip(".")
    return Invalid("Some fields are not valid.", errors=(FieldError(field, message),))
