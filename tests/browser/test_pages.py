"""Each page of the admin, in two languages, light and wide, dark and narrow.

The colours and the frame are the same in both languages: axe-core looks at the dark pages in
one of them, and each page is kept twice, not in all eight ways (`tests.browser.look --all`).
"""

from collections.abc import Iterator

import pytest
from django.contrib import admin

from tests.browser.conftest import ADMIN, Windows
from tests.browser.screen import SCHEMES, SIZES, Screen
from tests.browser.walking import english, pages

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("lang", ["es", "en"])
def test_every_page_can_be_read_by_everybody(window: Windows, lang: str) -> None:
    office = window(ADMIN, lang)
    found: list[str] = []
    kinds: set[str] = set()
    told: set[str] = set()  # a word of the frame is on all pages
    for kind, path in pages(office):
        kinds.add(kind)
        found += [f"{kind} {path}: {one}" for one in _faults(office, kind, told)]
    assert not found, "\n".join(found)
    assert {one for one in _lists() if one not in kinds} == set(), "no link leads there"


def _faults(office: Screen, kind: str, told: set[str]) -> Iterator[str]:
    """What is wrong with the page that stands in the window."""
    office.page.wait_for_load_state("networkidle")
    if office.lang == "es":
        yield from (f"is that Spanish? {one}" for one in english(office) if one not in told)
        told.update(english(office))
    if office.page.locator("h1:visible").count() != 1:
        yield "one page has one heading of the first order"
    for width, scheme in zip(SIZES, SCHEMES, strict=True):
        office.snap("pages/" + kind.partition(":")[2], width, scheme)
        if over := office.overflow():
            yield f"{over} px too wide at {width} px"
        if office.lang == "es" or scheme == "light":
            yield from (f"{scheme}, {width} px: {one}" for one in office.axe())
    office.look()
    yield from office.troubles
    office.troubles.clear()


def _lists() -> set[str]:
    """The lists of all that is registered for a school's office."""
    return {
        f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        for model, page in admin.site._registry.items()
        if "school_admin" in getattr(page, "readers", ())
    }
