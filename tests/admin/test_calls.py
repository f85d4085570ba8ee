"""What each page of the admin asks of the table: at most four calls, its session's among them.

No page is listed here: links lead to them from the first one, and the URL resolver names those
that no link leads to. Files that are kept are no pages: they read all that they hold. What a
process remembers between requests is forgotten before each, so that a page costs what it costs
one that has just begun.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import pytest
from django.contrib import admin as django_admin

from bench import school as made
from grades import services as grades
from luca.kernel import clock, context
from luca.kernel.ids import SchoolId
from tenants.tests.desk import office_of
from tests.admin import walking
from tests.admin.walking import Visit, visit, walk
from tests.permissions import admin, world

if TYPE_CHECKING:
    from collections.abc import Iterable

    from luca.localaws.embedded import Embedded
    from tests.permissions.world import Place, Target

MOST, FEW, OK = 4, 3, 200
pytestmark = pytest.mark.slow  # it furnishes a school of hundreds
ADMIN = "school_admin"
# What is counted while somebody waits, beside a page that is there already: a Query for each
# member of a class, or nothing could be believed that is not stored twice.
COUNTED = {"admin:behavior_counts"}


@pytest.fixture(scope="module")
def usual(aws: Embedded) -> Place:  # noqa: ARG001 -- it must run
    """A school whose lists have more than a page."""
    name = f"usual-{secrets.token_hex(4)}"
    with context.entered(school=name):
        made.load(name, made.USUAL)
    return world.Place(SchoolId(name), "north")


@pytest.fixture(scope="module")
def visits(usual: Place) -> list[Visit]:
    """One page of each kind."""
    browser = office_of(usual.school, ADMIN)
    found = list(walk(browser))
    known = {one.kind.page for one in found}
    target = _target(usual)
    for page in admin.pages():
        address = page.path(usual, target)
        kind = walking.kind_of(address)
        if ADMIN in page.readers and kind is not None and kind.page not in known:
            found.append(visit(browser, address, kind)[0])
    return found


def _target(place: Place) -> Target:
    with place.entered():
        job = grades.ask_for_consolidation(None, None).id
    return world.Target(
        place,
        exists=True,
        student="s0000",
        assessment="exam-0",
        group="g000",
        teacher="t000",
        guardian="p0000",
        school=place.school,
        job=job,
        run="none",
        upload="none",
        date=clock.now().date().isoformat(),
    )


def test_no_page_takes_more_than_four_calls(visits: list[Visit]) -> None:
    pages = [one for one in visits if not one.is_file and one.kind.page not in COUNTED]
    found = [one for one in pages if len(one.calls) > MOST]
    assert not found, _told(found)


@pytest.mark.parametrize("group", ["platform_admin", "gov_operator"])
def test_nor_does_a_page_of_somebody_else_in_the_office(usual: Place, group: str) -> None:
    visits = list(walk(office_of(usual.school, group)))
    assert len(visits) > FEW
    assert all(one.status == OK for one in visits[:FEW])
    found = [one for one in visits if not one.is_file and len(one.calls) > MOST]
    assert not found, _told(found)


def test_no_page_breaks(visits: list[Visit]) -> None:
    found = [one for one in visits if one.status >= 500]
    assert not found, _told(found)


def test_every_list_and_every_form_was_opened(visits: list[Visit]) -> None:
    asked = {one.kind.page for one in visits}
    opened = {one.kind.page for one in visits if one.status < 400}
    for model, page in django_admin.site._registry.items():
        if ADMIN not in getattr(page, "readers", ()):
            continue
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        assert f"{name}_changelist" in opened, name
        assert not getattr(page, "adds", False) or f"{name}_add" in asked, name


def test_the_walk_would_notice_a_page_that_asks_too_much(visits: list[Visit]) -> None:
    assert {len(one.calls) for one in visits} > {1, 2, 3}
    assert all(one.calls[0] == "GetItem" for one in visits)  # its session


def _told(found: Iterable[Visit]) -> str:
    return "\n".join(map(str, found))
