"""Every page of the admin as everybody: its readers, other staff, who is no staff, another school.

The table of the API has a row for each route; a page of the admin says itself who reads it
(`readers` of its ModelAdmin or Screen), and here that is held against what it does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import path

from luca.dynadmin.models import StaffUser
from luca.dynadmin.screens import Screen
from tenants.services.staff_sessions import OFFICE
from tests.permissions import admin, world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_django.fixtures import Settings

    from tenants.tests.desk import Office
    from tests.permissions.world import Place

PAGES = admin.pages()
TURNED_AWAY = {403, 404, 405}
BROKEN = 500
PLATFORM = frozenset({"platform_admin"})  # its own page names every school (test_platform_page)


@pytest.fixture(scope="module")
def _browsers() -> dict[tuple[str, str], Office]:
    return {}


@pytest.fixture
def somebody(
    _browsers: dict[tuple[str, str], Office],
    office_of: Callable[..., Office],
    acting_as: Callable[[str], Any],
    settings: Settings,
) -> Iterator[Callable[[Place, str], Office]]:
    """The browser of somebody of a group in one of the two schools; no rate is in its way."""

    def found(place: Place, group: str) -> Office:
        name = place.school, group
        if name not in _browsers:
            _browsers[name] = office_of(place.school, group)
        return _browsers[name]

    with acting_as("api"):  # which reads all settings again
        settings.ADDRESS_RATE = settings.PERSON_RATE = settings.SCHOOL_RATE = 100_000
        yield found


def shows(answer: Any, place: Place) -> bool:
    text = answer.getvalue().decode(errors="replace")
    return place.mark.lower() in text.lower() or place.school in text


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_a_page_is_its_readers_and_of_their_school(
    page: admin.Page, places: tuple[Place, Place], somebody: Callable[[Place, str], Office]
) -> None:
    north, south = places
    address = page.path(north, world.own(north))
    strange = page.path(north, world.foreign(south, north))
    for group in OFFICE:
        browser = somebody(north, group)
        answer = browser.get(address)
        if group in page.readers:
            assert answer.status_code < BROKEN, (group, answer.content.decode()[:500])
            assert page.readers == PLATFORM or not shows(answer, south)
        else:
            assert answer.status_code in TURNED_AWAY, f"{group} reads {address}"
            assert browser.post(address).status_code in TURNED_AWAY, f"{group} posts to {address}"
        for one in (address, strange):
            answer = somebody(south, group).get(one)
            assert answer.status_code < BROKEN, (one, answer.content.decode()[:500])
            allowed = page.readers == PLATFORM == {group}
            assert allowed or not shows(answer, north), f"{group} of another school sees {one}"


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_who_is_no_staff_is_sent_to_sign_in(
    page: admin.Page, places: tuple[Place, Place], somebody: Callable[[Place, str], Office]
) -> None:
    address = page.path(places[0], world.own(places[0]))
    nobody = Client(SERVER_NAME="127.0.0.1")
    for browser in (nobody, *(somebody(places[0], one) for one in ("teacher", "guardian"))):
        for answer in (browser.get(address), browser.post(address)):
            assert answer.status_code == 302
            assert answer["Location"].startswith("/admin/login/")


def test_whose_platform_it_is_sees_no_school_on_common_pages(
    places: tuple[Place, Place], somebody: Callable[[Place, str], Office]
) -> None:
    browser = somebody(places[0], "platform_admin")
    for address in ("/admin/", "/admin/search/?s=Boreal", "/admin/search/?s=ada"):
        answer = browser.get(address)
        assert answer.status_code == 200
        assert not any(shows(answer, place) for place in places)


def test_a_page_that_names_no_readers_would_be_noticed() -> None:
    bare = path("admin/x/", lambda request: None, name="x")  # type: ignore[arg-type,return-value]
    with pytest.raises(AssertionError, match="make it a Screen"):
        admin._page("admin/x/", bare)


def test_a_screen_says_who_reads_it() -> None:
    class Open(Screen):
        readers = frozenset({"teacher"})

    place = path("admin/x/", Open.as_view())
    assert admin._page("admin/x/", place).readers == {"teacher"}


def test_the_sites_user_has_no_right_of_djangos_own() -> None:
    """Or a page that forgets to ask for groups would let somebody in by Django's."""
    user = StaffUser.of("north", "rosa", OFFICE, "Rosa")
    assert not user.has_perm("tenants.view_period")
    assert not user.has_module_perms("tenants")
