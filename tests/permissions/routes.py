"""What the API answers to, asked of the URL resolver itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.urls import URLPattern, URLResolver, get_resolver

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

METHODS = ("get", "post", "put", "patch", "delete")
ADMIN = re.compile(r" admin(/|$)")
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


def endpoints() -> list[str]:
    """Every method of every route: `GET students/<id:student>`. The admin has test_admin.py."""
    return sorted(one for one in _found(get_resolver(), "") if not ADMIN.search(one))


def _found(resolver: URLResolver, before: str) -> Iterator[str]:
    for one in resolver.url_patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _found(one, route)
        else:
            yield from (f"{method.upper()} {route}" for method in methods(one))


def methods(pattern: URLPattern) -> list[str]:
    """The methods that a view has; one that is no class has all."""
    view: Any = getattr(pattern.callback, "view_class", None)
    return [name for name in METHODS if view is None or hasattr(view, name)]


def parameters(route: str) -> list[str]:
    return PARAMETER.findall(route)


def path(route: str, values: Any, named: Mapping[str, str]) -> str:
    """Fill a route with the fields of a target that are called as its parameters."""

    def value(found: re.Match[str]) -> str:
        name = named.get(found[1], found[1])
        if not hasattr(values, name):
            raise LookupError(
                f"{route}: give Target in world.py a field `{name}`, or name one in the row."
            )
        return str(getattr(values, name))

    return "/" + PARAMETER.sub(value, route)
