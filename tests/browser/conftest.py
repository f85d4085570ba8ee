"""A stack, a browser and people at it. One of each kind serves all tests of a process."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, StorageState, sync_playwright

from luca.localaws.stack import Stack
from tests.browser import chromium, stack
from tests.browser.screen import Screen, opened, screen

ADMIN = f"direccion@{stack.SCHOOL}.example"
NEXT_DOOR = f"direccion@{stack.ELSEWHERE}.example"
Windows = Callable[..., Screen]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    try:
        chromium.found()
    except chromium.Missing as missing:
        pytest.skip(str(missing))
    with sync_playwright() as playwright, opened(playwright) as found:
        yield found


@pytest.fixture(scope="session")
def luca(
    browser: Browser,  # noqa: ARG001 -- without one there is nothing to start a stack for
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stack]:
    """All of Luca in a home of its own, with a furnished school and another one beside it.

    `LUCA_BROWSER_HOME` names one that runs already (`python -m tests.browser.stack up`): tests
    that are being written need not wait for a new one each time.
    """
    home = os.environ.get("LUCA_BROWSER_HOME")
    if home:
        yield stack.at(Path(home))
        return
    running = stack.start(tmp_path_factory.mktemp("browser") / "home")
    try:
        yield running
    finally:
        running.reset()


@pytest.fixture(scope="session")
def states() -> dict[str, StorageState]:
    """What the browsers of those who have signed in keep: a session serves many windows."""
    return {}


@pytest.fixture
def window(browser: Browser, luca: Stack, states: dict[str, StorageState]) -> Iterator[Windows]:
    """Open windows; whatever one of them had to say against a page fails the test."""
    made: list[Screen] = []

    def open_window(email: str = "", lang: str = "es") -> Screen:
        found = screen(browser, luca.url("api"), lang, states.get(email))
        made.append(found)
        if email and email not in states:
            found.sign_in(email)
            states[email] = found.context.storage_state()
        return found

    try:
        yield open_window
        for one in made:
            one.check()
    finally:
        for one in made:
            one.context.close()


@pytest.fixture
def office(window: Windows) -> Screen:
    """The head of the school, signed in."""
    return window(ADMIN)
