"""Look at pages of a running stack: sign in, open them, write pictures of them.

    python -m tests.browser.look /admin/ /admin/tenants/period/ --lang es --dark --width 390

Pictures go to build/shots/look (or --out). Whatever the console, the policy, axe-core or the
width has to say of a page is printed; the command ends with 1 when there is something.
"""

import os
import re
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from playwright.sync_api import sync_playwright

from luca.localaws.stack import Stack
from tests.browser.screen import SCHEMES, Screen, opened, screen
from tests.browser.stack import HOME, PASSWORD, SCHOOL


def main() -> int:
    given = _arguments()
    home = Path(given.home or os.environ.get("LUCA_HOME") or HOME)
    url = given.url or Stack(home).url("api")
    with sync_playwright() as playwright, opened(playwright) as browser:
        window = screen(browser, url, given.lang)
        window.sign_in(given.email, given.password)
        window.check()
        return sum([_look(window, path, given) for path in given.paths])


def _look(window: Screen, path: str, given: Namespace) -> int:
    page = window.go(path)
    if given.click:
        page.locator(given.click).first.click()
        page.wait_for_timeout(1000)
    if given.all:
        pictures = window.shot("look/" + _name(path))
    else:
        scheme = SCHEMES[given.dark]
        pictures = [window.snap("look/" + _name(path), given.width, scheme)]
    troubles = [*window.troubles, *window.axe()]
    window.troubles.clear()
    window.look(390)
    if over := window.overflow():
        troubles.append(f"at 390 px the page is {over} px too wide")
    sys.stdout.write("".join(f"{picture}\n" for picture in pictures))
    sys.stdout.write("".join(f"  {trouble}\n" for trouble in troubles))
    return bool(troubles)


def _name(path: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", path).strip("-")[:80] or "root"


def _arguments() -> Namespace:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="+", help="such as /admin/")
    parser.add_argument("--home", help="of the stack; default: LUCA_HOME or build/browser")
    parser.add_argument("--url", help="of a server instead of a home's")
    parser.add_argument("--email", default=f"direccion@{SCHOOL}.example")
    parser.add_argument("--password", default=PASSWORD)
    parser.add_argument("--lang", default="es", choices=["es", "en"])
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--all", action="store_true", help="light, dark, wide and narrow")
    parser.add_argument("--click", help="a selector to click before the picture is taken")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
