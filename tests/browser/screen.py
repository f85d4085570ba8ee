"""A person's browser window, and somebody who watches it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Route, StorageState

from tests.browser.chromium import FLAGS, found
from tests.browser.stack import PASSWORD, ROOT

SHOTS = ROOT / "build" / "shots"
SIZES = {1280: 900, 390: 844}
TALLEST = 3000
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
LOCALES = {"es": "es-MX", "en": "en-US"}
PATIENCE = 60_000  # milliseconds; only against hanging
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
BAD = {"serious", "critical"}


class Trouble(AssertionError):
    """What the watcher saw."""


class Screen:
    """One window on one stack: where it goes, and what went wrong in it."""

    def __init__(self, context: BrowserContext, url: str, lang: str) -> None:
        self.context, self.url, self.lang = context, url, lang
        self.troubles: list[str] = []
        self._expected: list[str] = []
        context.set_default_timeout(PATIENCE)
        context.route(re.compile(".*"), self._near)
        self.page: Page = self.again()

    def again(self) -> Page:
        """Another tab of the same browser, which is the page from now on."""
        self.page = self.context.new_page()
        self._watch(self.page)
        return self.page

    def go(self, path: str) -> Page:
        self.page.goto(self.url + path, wait_until="load")
        return self.page

    def sign_in(self, email: str, password: str = PASSWORD) -> None:
        self.go("/admin/login/")
        self.page.fill("[name=email]", email)
        self.page.fill("[name=password]", password)
        self.press_submit()
        self.page.wait_for_url(lambda url: "/login" not in url)

    def press_submit(self) -> None:
        self.page.locator("form button[type=submit]").last.click()

    def expect(self, pattern: str) -> None:
        """A trouble that belongs to the story: a page that is refused is a line in the console."""
        self._expected.append(pattern)

    def check(self) -> None:
        """Fail with what the console, the policy or the network had to say."""
        found = [one for one in self.troubles if not any(re.search(p, one) for p in self._expected)]
        self.troubles.clear()
        if found:
            raise Trouble("\n".join(found))

    def shot(self, name: str) -> list[Path]:
        """Keep the page as it stands, light and dark, wide and narrow."""
        return [self.snap(name, width, scheme) for scheme in SCHEMES for width in SIZES]

    def snap(self, name: str, width: int, scheme: Literal["light", "dark"]) -> Path:
        """Keep the page from top to bottom, as a window of that height would show it."""
        self.look(width, scheme)
        height = int(self.page.evaluate("document.documentElement.scrollHeight"))
        self.page.set_viewport_size({"width": width, "height": min(height, TALLEST)})
        path = SHOTS / f"{name}.{self.lang}.{scheme}.{width}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=path, animations="disabled")
        return path

    def look(self, width: int = 1280, scheme: Literal["light", "dark"] = "light") -> None:
        """Change the window; the theme is the page's own switch, which a person would press."""
        self.page.set_viewport_size({"width": width, "height": SIZES.get(width, 900)})
        self.page.emulate_media(color_scheme=scheme)
        self.page.evaluate(
            "scheme => { if (window.Alpine)"
            " Alpine.$data(document.documentElement).adminTheme = scheme }",
            scheme,
        )

    def axe(self) -> list[str]:
        """What axe-core calls serious or critical, one line each."""
        page = self.page
        if not page.evaluate("typeof axe === 'object'"):
            page.evaluate(_axe())
        options = {"runOnly": RULES, "resultTypes": ["violations"]}
        told: dict[str, Any] = page.evaluate("options => axe.run(document, options)", options)
        return [
            f"{one['impact']} {one['id']}: {_said(node)}: {node['html'][:200]}"
            for one in told["violations"]
            if one["impact"] in BAD
            for node in one["nodes"][:5]
        ]

    def overflow(self) -> int:
        """By how many pixels the page is wider than its window."""
        return int(
            self.page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
        )

    def _near(self, route: Route) -> None:
        """Let requests to this machine through; all others are trouble and go nowhere."""
        address = route.request.url
        if address.startswith((self.url + "/", "data:", "blob:", "about:")):
            route.continue_()
        else:
            self.troubles.append(f"a request left for {address}")
            route.abort()

    def _watch(self, page: Page) -> None:
        page.on("console", lambda said: self._hear(said.type, said.text, said.location))
        page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))

    def _hear(self, kind: str, text: str, location: Any) -> None:
        if kind == "error":
            self.troubles.append(f"console: {text} ({location})")


@contextmanager
def opened(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=found(), args=list(FLAGS))
    try:
        yield browser
    finally:
        browser.close()


def screen(
    browser: Browser, url: str, lang: str = "es", state: StorageState | None = None
) -> Screen:
    """A window of its own, without anybody else's cookies; `state` is a signed-in one's."""
    context = browser.new_context(
        locale=LOCALES[lang],
        timezone_id="America/Mexico_City",
        viewport={"width": 1280, "height": SIZES[1280]},
        storage_state=state,
        reduced_motion="reduce",
        service_workers="block",
    )
    return Screen(context, url, lang)


def _said(node: dict[str, Any]) -> str:
    """Why one element is not good."""
    causes = [*node["any"], *node["all"], *node["none"]]
    return " ".join(dict.fromkeys(str(one["message"]) for one in causes))


@cache
def _axe() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
