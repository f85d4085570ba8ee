"""Every page of the admin that links lead to, each kind of page once."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import Error

from tests.browser.screen import Screen

MOST = 300  # kinds of pages: a walk that has no end is a mistake
NOT_PAGES = {"admin:logout", "admin:jsi18n", "admin:search", "admin:autocomplete"}
# Words that English pages have and Spanish ones do not; names and data have none of them.
ENGLISH = re.compile(
    r"\b(?:the|and|of|with|this|that|is|are|was|were|from|your|not|by|all|which|nobody|somebody|"
    r"select|save|delete|add|change|search|show|page|next|back|filters?|actions?|results?|go|"
    r"yes|none|unknown|any|history|view|home|name|date|today|started|finished|failed|running|"
    r"student|students|teacher|teachers|group|groups|subject|period|school|settings|type)\b",
    re.IGNORECASE,
)
HIDDEN = "script, style, code, pre, textarea, [lang=en], [translate=no], .material-symbols-outlined"
TEXTS = """hidden => {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const node = walker.currentNode, owner = node.parentElement;
        if (owner.closest(hidden) || !owner.getClientRects().length) continue;
        found.push(node.textContent);
    }
    for (const name of ['placeholder', 'title', 'aria-label', 'alt'])
        document.querySelectorAll(`[${name}]`).forEach(one => found.push(one.getAttribute(name)));
    found.push(document.title);
    return found.map(text => text.trim().replace(/\\s+/g, ' ')).filter(text => text);
}"""


def pages(window: Screen, start: str = "/admin/") -> Iterator[tuple[str, str]]:
    """Go from page to page; each stands in the window while its kind and address are told."""
    waiting = [start]
    seen: set[str] = set()
    while waiting and len(seen) < MOST:
        path = waiting.pop(0)
        kind = kind_of(path)
        if not kind or kind in seen or kind in NOT_PAGES:
            continue
        seen.add(kind)
        if not _open(window, path):
            continue
        window.page.wait_for_load_state("networkidle")  # a list may lead on to its usual choice
        links = window.page.eval_on_selector_all(
            "a[href]", "links => links.map(one => one.href)"
        )  # before the pages' visitor changes anything
        waiting += [_path(one) for one in links if one.startswith(window.url + "/admin/")]
        yield kind, path


def kind_of(path: str) -> str:
    """The name of the route; empty for what is no page."""
    try:
        return resolve(urlsplit(path).path).view_name
    except Resolver404:
        return ""


def english(window: Screen) -> list[str]:
    """Texts of the page that seem to be English."""
    texts: list[str] = window.page.evaluate(TEXTS, HIDDEN)
    return [text for text in dict.fromkeys(texts) if ENGLISH.search(text)]


def _open(window: Screen, path: str) -> bool:
    """False for a file, which a browser keeps instead of showing it."""
    try:
        answer = window.page.goto(window.url + path, wait_until="load")
    except Error as error:
        if "Download is starting" in str(error) or "ERR_ABORTED" in str(error):
            return False
        raise
    return answer is not None and "text/html" in answer.headers.get("content-type", "")


def _path(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")
