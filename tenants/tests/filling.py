"""Forms of the admin, filled in as a browser would send them."""

import re
from typing import Any

from django.test import Client
from django.utils import html, translation


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def hidden(page: str) -> dict[str, str]:
    """What a form carries that nobody typed."""
    tags = re.findall(r"<input[^>]*>", page)
    found = {}
    for tag in tags:
        named = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if named.get("type") == "hidden" and "name" in named:
            found[named["name"]] = named.get("value", "")
    return found


def fill(client: Client, path: str, **typed: str) -> Any:
    """Open a form, type into it, and send it as a browser would."""
    page = text(client.get(path))
    start = page.index("<form", page.index('id="content-main"'))
    form = page[start : page.index("</form>", start)]
    data = {**hidden(form), **_shown(form), **typed}
    return client.post(path, data)


def _shown(form: str) -> dict[str, str]:
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        named = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if named.get("type") in {"text", "email"} and "name" in named:
            found[named["name"]] = named.get("value", "")
    return found


def es(said: str) -> str:
    """What a Mexican office reads for it, as a page spells it."""
    with translation.override("es-mx"):
        return str(html.escape(translation.gettext(said)))
