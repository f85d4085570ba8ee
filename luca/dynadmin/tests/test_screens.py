"""Pages that are neither list nor form: who sees them, work that is watched, and acts that ask."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from luca.dynadmin.tests import branch, library

BOOKS = "/admin/dynadmin/book/"
Visitor = Callable[..., Client]


@pytest.fixture
def visitor(school: str) -> Visitor:
    return lambda group="school_admin": Client(
        SERVER_NAME="127.0.0.1", headers={"X-Who": f"{school}/{group}"}
    )


def text(response: Any) -> str:
    return str(response.content.decode())


def showing(page: str) -> str:
    found = re.search(r'name="once" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_a_screen_stands_in_the_frame_with_the_way_to_it(visitor: Visitor) -> None:
    page = text(visitor("teacher").get(f"{BOOKS}shelf/a/"))
    assert "<h1" in page
    assert len(re.findall("<h1", page)) == 1
    assert re.search(r'aria-current="page">Shelf a<', page)
    assert f'href="{BOOKS}"' in page


@pytest.mark.parametrize("path", ["shelf/a/", "inventory/", "shelf/a/burn/"])
def test_only_its_groups_see_a_screen(visitor: Visitor, path: str) -> None:
    assert visitor("platform_admin").get(BOOKS + path).status_code == 403
    assert visitor().get(BOOKS + path).status_code == 200
    assert Client(SERVER_NAME="127.0.0.1").get(BOOKS + path).status_code == 302


def test_who_may_read_may_not_yet_act(visitor: Visitor) -> None:
    assert visitor("teacher").post(f"{BOOKS}shelf/a/").status_code == 403
    assert visitor("teacher").post(f"{BOOKS}shelf/a/burn/", {"reason": "x"}).status_code == 403
    assert branch.BURNT == []


def test_work_is_asked_about_until_it_has_ended(visitor: Visitor) -> None:
    branch.COUNTED[0] = 4
    browser = visitor()
    page = text(browser.get(f"{BOOKS}inventory/"))
    assert f'hx-get="{BOOKS}inventory/"' in page
    assert 'aria-valuenow="40"' in page
    branch.COUNTED[0] = 10
    fragment = text(browser.get(f"{BOOKS}inventory/", headers={"HX-Request": "true"}))
    assert "<html" not in fragment
    assert "hx-get" not in fragment
    assert 'href="/list/"' in fragment


def test_where_the_page_around_says_more_the_ended_bar_shows_it_anew(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = visitor()

    def asked(done: int, *, leads_on: bool) -> bool:
        branch.COUNTED[0] = done
        monkeypatch.setattr(branch.Inventory, "leads_on", leads_on)
        return browser.get(f"{BOOKS}inventory/", headers={"HX-Request": "true"}).has_header(
            "HX-Refresh"
        )

    assert not asked(4, leads_on=True)
    assert not asked(10, leads_on=False)
    assert asked(10, leads_on=True)
    assert not browser.get(f"{BOOKS}inventory/").has_header("HX-Refresh")


def test_an_act_asks_first_and_wants_a_reason(visitor: Visitor) -> None:
    browser = visitor()
    page = text(browser.get(f"{BOOKS}shelf/a/burn/"))
    assert "All books of shelf a will be gone." in page
    answer = browser.post(f"{BOOKS}shelf/a/burn/", {"once": showing(page), "reason": " "})
    assert answer.status_code == 200
    assert branch.BURNT == []
    answer = browser.post(f"{BOOKS}shelf/a/burn/", {"once": showing(text(answer)), "reason": "old"})
    assert (answer.status_code, answer["Location"]) == (302, BOOKS)
    assert branch.BURNT == [("a", "old")]
    assert "It is gone." in text(browser.get(BOOKS))


def test_a_double_click_does_it_once(visitor: Visitor) -> None:
    browser = visitor()
    given = {"once": showing(text(browser.get(f"{BOOKS}shelf/a/burn/"))), "reason": "old"}
    first, second = (browser.post(f"{BOOKS}shelf/a/burn/", given) for _ in range(2))
    assert first["Location"] == second["Location"] == BOOKS
    assert branch.BURNT == [("a", "old")]


def test_asking_anew_may_do_it_again(visitor: Visitor) -> None:
    browser = visitor()
    for _ in range(2):
        given = {"once": showing(text(browser.get(f"{BOOKS}shelf/a/burn/"))), "reason": "old"}
        browser.post(f"{BOOKS}shelf/a/burn/", given)
    assert branch.BURNT == [("a", "old")] * 2


def test_what_is_refused_is_said_in_the_question_and_may_be_mended(visitor: Visitor) -> None:
    browser = visitor()
    page = text(browser.get(f"{BOOKS}shelf/a/burn/"))
    answer = browser.post(f"{BOOKS}shelf/a/burn/", {"once": showing(page), "reason": "fun"})
    assert "That is no reason." in text(answer)
    browser.post(f"{BOOKS}shelf/a/burn/", {"once": showing(text(answer)), "reason": "old"})
    assert branch.BURNT == [("a", "old")]
    page = text(browser.get(f"{BOOKS}shelf/stone/burn/"))
    answer = browser.post(f"{BOOKS}shelf/stone/burn/", {"once": showing(page), "reason": "old"})
    assert "Stone does not burn." in text(answer)


def test_rows_that_lead_nowhere_are_headed_all_the_same(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The theme calls a first cell without a link a box to tick."""
    monkeypatch.setattr(library.BookAdmin, "list_display_links", None)
    monkeypatch.setattr(library.BookAdmin, "actions", None)
    page = text(visitor().get(BOOKS))
    assert re.search(r'<th[^>]* data-label="title">Ávila 00</th>', page) is not None
