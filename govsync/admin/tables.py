"""Tables of a screen, a page at a time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from luca.dynadmin import cursors
from luca.kernel.errors import Malformed

R = TypeVar("R")
PAGE = "p"
Text = str | Promise


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell: words, perhaps with a link, a colour, and small print."""

    text: Text
    link: str = ""
    tone: str | None = None  # of a badge; None: plain words
    note: Text = ""
    code: bool = False  # for machines: shown as they write it


@dataclass(frozen=True, slots=True)
class Table:
    caption: Text  # for who does not see it
    heads: Sequence[Text]
    rows: Sequence[Sequence[Cell]]
    empty: Text  # what is said when there is no row
    pages: Mapping[str, Any] = field(default_factory=dict)


def paged(
    request: HttpRequest,
    name: str,
    read: Callable[[Any], tuple[Sequence[R], Any]],
    kept: Mapping[str, str],
) -> tuple[Sequence[R], dict[str, Any]]:
    """A page of a list, and the ways to others; `kept` is what else stands in its address."""
    bound = f"{name}\0{sorted(kept.items())}"
    try:
        trail = cursors.opened(request.GET.get(PAGE), bound)
    except Malformed:  # another school's, of another list, or too old
        messages.warning(request, _("That page is gone; this is the first one."))
        trail = cursors.Trail()
    rows, following = read(trail.here)

    def to(where: cursors.Trail) -> str:
        return "?" + urlencode({**kept, PAGE: cursors.sealed(where, bound)})

    return rows, {
        "first_url": "?" + urlencode(kept) if trail.here else None,
        "prev_url": to(trail.back()) if trail.here else None,
        "next_url": to(trail.forward(following)) if following else None,
        "result_count": len(rows),
    }
