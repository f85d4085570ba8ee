"""What a person does with a page."""

import pytest

from tests.browser.screen import Screen


def press(window: Screen) -> None:
    """Send the form of a screen."""
    window.page.locator("form[data-once] button[type=submit]").first.click()


def save(window: Screen) -> None:
    with window.page.expect_navigation():
        window.page.locator("[name=_save]").first.click()


def tab_to(window: Screen, selector: str, *, back: bool = False) -> None:
    """Go on with Tab, or back, until the cursor is where it shall be."""
    for _ in range(120):
        if window.page.evaluate("one => document.activeElement.matches(one)", selector):
            return
        window.page.keyboard.press("Shift+Tab" if back else "Tab")
    pytest.fail(f"Nobody comes to {selector} with the Tab key.")
