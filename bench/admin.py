"""How long the office waits for a page: `make bench NAME=admin`.

A school of 3,000 students, 100 teachers, 90,000 results and 300,000 events, on a stack of its
own; a real browser, Debian's Chromium, signs in and finds the pages by their links, one of each
kind. In each round it opens all of them in another order. A page is interactive when its scripts
have run (DOMContentLoaded): the ratio is the slowest page of a round to one second.

`python -m bench.admin <home>` keeps the school, which takes some ten minutes to write, for the
next time; `--usual` takes a small one, to try the bench itself.
"""

import os
import random
import statistics
import subprocess
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROUNDS, SECOND, TARGET, FAULTY = 5, 1.0, 1.0, 400
SCHOOL, EMAIL, PASSWORD = "bench-grande", "direccion@grande.example", "Bench-2026-grande"
MARK = "bench-admin"
SETTINGS = {"LUCA_SHOW_CALLS": "1", "LUCA_ADDRESS_RATE": "10000", "LUCA_PERSON_RATE": "1000"}
TIMES = """() => {
    const one = performance.getEntriesByType('navigation')[0];
    return {
        server: (one.responseStart - one.requestStart) / 1000,
        ready: one.domContentLoadedEventEnd / 1000,
    };
}"""


@dataclass
class Timed:
    """One kind of page: what each round took, in seconds."""

    path: str
    server: list[float] = field(default_factory=list)
    ready: list[float] = field(default_factory=list)
    calls: int = 0

    def told(self, kind: str) -> str:
        waits = f"{min(self.ready):.2f}..{max(self.ready):.2f}"
        return (
            f"{kind:<48} {self.calls:>5} {1000 * statistics.median(self.server):>7.0f}"
            f" {1000 * statistics.median(self.ready):>7.0f}  {waits}"
        )


def started(home: Path, *, usual: bool) -> Any:
    """The processes that a page needs, and the school, written once."""
    from luca.localaws.programs import TABLE
    from luca.localaws.stack import Stack

    programs = [one for one in TABLE if one.name in {"aws", "api"}]
    stack = Stack(home, ports=0, settings=SETTINGS, programs=programs)
    stack.up()
    if not (home / MARK).exists():
        command = [sys.executable, "-m", "bench.school", SCHOOL, EMAIL, PASSWORD]
        known = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        known |= {"DJANGO_SETTINGS_MODULE": "luca.settings", "LUCA_HOME": str(home)}
        try:
            subprocess.run(  # noqa: S603 -- our own
                [*command, *["--usual"] * usual],
                env={**known, **stack.environment("platform")},
                check=True,
            )
        except BaseException:
            stack.down()
            raise
        (home / MARK).touch()
    return stack


def measured(url: str, rounds: int) -> dict[str, Timed]:
    """Open one page of each kind in every round, and once before, unmeasured."""
    from playwright.sync_api import sync_playwright

    from tests.browser.screen import opened, screen
    from tests.browser.walking import pages

    with sync_playwright() as playwright, opened(playwright) as browser:
        window = screen(browser, url)
        window.sign_in(EMAIL, PASSWORD)
        found = {kind: Timed(path) for kind, path in pages(window)}
        order = list(found.items())
        for number in range(rounds):
            random.Random(number).shuffle(order)  # noqa: S311 -- an order, no secret
            for _kind, one in order:
                _time(window.page, url, one)
    return found


def _time(page: Any, url: str, one: Timed) -> None:
    answer = page.goto(url + one.path, wait_until="load")
    assert answer is not None
    assert answer.status < FAULTY, (one.path, answer.status)
    page.wait_for_load_state("networkidle")  # a page may lead on by itself
    times = page.evaluate(TIMES)
    one.server.append(times["server"])
    one.ready.append(times["ready"])
    one.calls = max(one.calls, int(answer.headers.get("x-luca-calls", "0").split()[0]))


def slowest(found: dict[str, Timed]) -> list[float]:
    """Of each round the page that was longest in coming."""
    rounds: dict[int, list[float]] = defaultdict(list)
    for one in found.values():
        for number, seconds in enumerate(one.ready):
            rounds[number].append(seconds)
    return [max(rounds[number]) for number in sorted(rounds)]


def main() -> int:
    given = _arguments()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luca.settings")
    os.environ.setdefault("LUCA_SECRET_KEY", "only-to-read-the-addresses")
    import django

    django.setup()

    from bench.harness import Rounds, verdict
    from tests.browser import chromium

    try:
        chromium.found()
    except chromium.Missing as missing:
        print(missing)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        stack = started(Path(given.home or folder), usual=given.usual)
        try:
            found = measured(stack.url("api"), given.rounds)
        finally:
            stack.down()
    print(f"{'page':<48} {'calls':>5} {'server':>7} {'ready':>7}  ms, medians; range in s")
    for kind, one in sorted(found.items(), key=lambda item: -statistics.median(item[1].ready)):
        print(one.told(kind))
    worst = slowest(found)
    return 0 if verdict("admin", Rounds(tuple(worst), (SECOND,) * len(worst)), target=TARGET) else 1


def _arguments() -> Namespace:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("home", nargs="?", help="of a stack that is kept")
    parser.add_argument("--usual", action="store_true", help="a small school")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
