"""Going through the admin as a browser does, link by link, and by its list of addresses."""

from __future__ import annotations

import html
import re
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from django.urls import resolve
from django.urls.exceptions import Resolver404

from tenants.services.cached import Remembered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenants.tests.desk import Office

START = "/admin/"
REDIRECTED = 300
PART = "hx-get"
MOST = 600  # addresses: a walk that has no end is a mistake
NOT_PAGES = {"admin:logout", "admin:jsi18n", "admin:set_language"}
LINK = re.compile(r'(href|hx-get)="([^"#]+)')


@dataclass(frozen=True, slots=True)
class Kind:
    """Pages that differ only in what they are about; a filter or a search makes another kind."""

    page: str
    asked: tuple[str, ...]
    is_part: bool = False  # of another page, which fetches it by itself

    def __str__(self) -> str:
        name = f"a part, {self.page}" if self.is_part else self.page
        return f"{name}?{'&'.join(self.asked)}" if self.asked else name


@dataclass(slots=True)
class Visit:
    address: str
    kind: Kind
    status: int
    calls: list[str] = field(default_factory=list)
    is_file: bool = False  # to be kept, not shown: it holds as much as there is

    def __str__(self) -> str:
        return f"{self.kind} {self.address} ({self.status}): {' '.join(self.calls)}"


def kind_of(address: str, *, is_part: bool = False) -> Kind | None:
    """Which page it is; None for what is no page of the admin."""
    parts = urlsplit(address)
    if not parts.path.startswith(START):
        return None
    try:
        page = resolve(parts.path).view_name
    except Resolver404:
        return None
    if page in NOT_PAGES:
        return None
    asked = {name for name, _value in parse_qsl(parts.query)}
    return Kind(page, tuple(sorted(asked)), is_part)


def forget() -> None:
    """Let this process know nothing of before, as one that has just begun."""
    for module in list(sys.modules.values()):
        for one in list(vars(module).values()):
            if isinstance(one, Remembered):
                one._known.clear()


def visit(browser: Office, address: str, kind: Kind) -> tuple[Visit, str]:
    """Open a page; what it shows is read only if it is a page and no file."""
    forget()
    part = {"HX-Request": "true"} if kind.is_part else {}
    answer: Any = browser.get(address, headers=part)
    is_file = "Content-Disposition" in answer
    shown = answer.status_code < REDIRECTED and not is_file
    text = answer.content.decode() if shown and not answer.streaming else ""
    if answer.streaming:
        b"".join(answer.streaming_content)
    answer.close()
    return Visit(address, kind, answer.status_code, list(browser.calls), is_file), text


def walk(browser: Office) -> Iterator[Visit]:
    """Open one page of each kind that links lead to, and the parts that pages ask for."""
    waiting, seen = [("href", START)], set[Kind]()
    while waiting:
        assert len(seen) < MOST
        how, address = waiting.pop(0)
        kind = kind_of(address, is_part=how == PART)
        if kind is None or kind in seen:
            continue
        seen.add(kind)
        found, text = visit(browser, address, kind)
        waiting += [(how, urljoin(address, html.unescape(one))) for how, one in LINK.findall(text)]
        yield found
