"""Pages about the same thing in other apps, which lie above the one that shows the way to them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise

from luca.kernel import context


@dataclass(frozen=True, slots=True)
class Beside:
    """A page that its app puts into `site.beside[<of what>]`.

    `page` is its URL's name without `admin:`; what it is about stands in its path, or, when
    `asked` names a parameter, in its query.
    """

    title: str | Promise
    page: str
    asked: str = ""
    readers: frozenset[str] = frozenset({"school_admin"})

    def link(self, identity: str) -> str:
        if self.asked:
            return reverse(f"admin:{self.page}", query={self.asked: identity})
        return reverse(f"admin:{self.page}", args=[identity])


def beside(site: Any, kind: str, identity: str) -> Iterator[tuple[str, str]]:
    """Titles and addresses of what whoever asks may read."""
    for one in site.beside.get(kind, ()):
        if one.readers & context.groups():
            yield str(one.title), one.link(identity)
