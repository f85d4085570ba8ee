"""The admin over a source: what people do with lists and forms, and what they are told."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

import luca.dynadmin
from luca.dynadmin.question import Unanswerable
from luca.dynadmin.tests import library

pytestmark = pytest.mark.filterwarnings("default")
WHO = {"headers": {"X-Who": "benito/school_admin"}}


@pytest.fixture
def browser() -> Client:
    return Client(SERVER_NAME="127.0.0.1", headers={"X-Who": "benito/school_admin"})


def text(response: Any) -> str:
    return str(response.content.decode())


def posted(page: str) -> dict[str, str]:
    """What the browser would send of a page's form, nothing being changed."""
    fields = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, kind = _part(tag, "name"), _part(tag, "type")
        if name and (kind != "checkbox" or re.search(r"\schecked[\s>]", tag)):
            fields[name] = _part(tag, "value") or ("on" if kind == "checkbox" else "")
    return fields


def _part(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return found[1] if found else ""


def test_a_list_is_read_once_and_names_its_rows(browser: Client) -> None:
    page = text(browser.get("/admin/dynadmin/book/"))
    assert "Ávila 00" in page
    assert "Ávila 11" in page
    assert library.CALLS == ["books"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=avila+07", ["Ávila 07"]),
        ("?q=author+1&lendable__exact=1", ["Ávila 04", "Ávila 10"]),
        ("?lendable__exact=0&q=AUTHOR+2", ["Ávila 05", "Ávila 11"]),
        ("?q=nobody", []),
        (
            "?lendable__exact=1&o=-1&q=0",
            ["Ávila 08", "Ávila 06", "Ávila 04", "Ávila 02", "Ávila 00"],
        ),
    ],
)
def test_search_filters_and_order(browser: Client, query: str, found: list[str]) -> None:
    page = text(browser.get(f"/admin/dynadmin/book/{query}"))
    assert re.findall(r">(Ávila \d\d)</a>", page) == found


def test_a_short_list_is_paged_without_being_read_again(browser: Client) -> None:
    library.grow(130)
    page = text(browser.get("/admin/dynadmin/book/?p=2"))
    assert len(re.findall(r">(Ávila \d+)</a>", page)) == 30
    assert "130" in page
    assert library.CALLS == ["books"]


@pytest.mark.parametrize(
    ("query", "offered"), [("book/", False), ("book/?q=rulfo", True), ("loan/", False)]
)
def test_show_all_is_offered_only_where_there_is_more_to_show(
    browser: Client, query: str, *, offered: bool
) -> None:
    page = text(browser.get(f"/admin/dynadmin/{query}"))
    assert ("Mostrar todos" in page) is offered


def test_what_has_no_value_comes_last(browser: Client) -> None:
    page = text(browser.get("/admin/dynadmin/book/?o=3"))
    assert re.findall(r">(Ávila \d\d)</a>", page)[-1] == "Ávila 05"


def test_a_long_list_goes_on_by_cursors_and_back(browser: Client) -> None:
    seen, address, ways = [], "/admin/dynadmin/loan/", []
    for _ in range(4):
        page = text(browser.get(address))
        seen.append(re.findall(r">(l\d{3})</a>", page))
        ways.append(address)
        following = re.search(r'rel="next" href="(\?[^"]*)"', page)
        address = "/admin/dynadmin/loan/" + following[1] if following else ""
    assert [len(one) for one in seen] == [10, 10, 10, 5]
    assert len({one for page_of in seen for one in page_of}) == 35
    assert not address
    back = re.search(r'rel="prev" href="(\?[^"]*)"', page)
    assert back is not None
    page = text(browser.get("/admin/dynadmin/loan/" + back[1]))
    assert re.findall(r">(l\d{3})</a>", page) == seen[2]


def test_a_page_of_loans_asks_for_its_books_once(browser: Client) -> None:
    browser.get("/admin/dynadmin/loan/")
    assert library.CALLS == ["loans from None", "books"]


@pytest.mark.parametrize("spoil", ["another school", "another list", "forged"])
def test_a_cursor_is_good_for_one_list_of_one_school(browser: Client, spoil: str) -> None:
    page = text(browser.get("/admin/dynadmin/loan/?state__exact=out"))
    following = re.search(r'rel="next" href="\?p=([^"&]*)', page)
    assert following is not None
    cursor, query, who = following[1], "&state__exact=out", browser
    if spoil == "another school":
        who = Client(SERVER_NAME="127.0.0.1", headers={"X-Who": "juarez/school_admin"})
    elif spoil == "another list":
        query = "&state__exact=back"
    else:
        cursor = cursor[:-4] + "AAAA"
    library.CALLS.clear()
    page = text(who.get(f"/admin/dynadmin/loan/?p={cursor}{query}"))
    assert library.CALLS[0] == "loans from None"
    assert "esta es la primera" in page or "this is the first one" in page


@pytest.mark.parametrize(
    "query",
    [
        "?book__title=x",
        "?state__icontains=o",
        "?state__exact=out&q=x",
        "?title__regex=.*",
        "?id__exact=l1&o=9",
    ],
)
def test_what_the_table_cannot_answer_is_refused_and_never_wrong(
    browser: Client, query: str
) -> None:
    response = browser.get(f"/admin/dynadmin/loan/{query}")
    assert response.status_code in {302, 400}


def test_somebody_is_added_with_what_the_form_says(browser: Client) -> None:
    fields = {**posted(text(browser.get("/admin/dynadmin/book/add/"))), "title": "Pedro Páramo"}
    response = browser.post(
        "/admin/dynadmin/book/add/", {**fields, "author": "Rulfo", "reason": "new"}
    )
    assert response.status_code == 302, text(response)
    assert library.SHELF["b12"]["title"] == "Pedro Páramo"


def test_what_the_source_refuses_stands_at_its_field_and_nothing_is_lost(browser: Client) -> None:
    fields = {"title": "Mein Kampf", "author": "Nobody", "lendable": "on", "seen_version": "0"}
    page = text(browser.post("/admin/dynadmin/book/add/", fields))
    assert "This library has none of it." in page
    assert 'value="Mein Kampf"' in page
    assert len(library.SHELF) == 12


def test_a_refusal_without_a_field_stands_above_the_form(browser: Client) -> None:
    fields = posted(text(browser.get("/admin/dynadmin/book/b1/change/")))
    page = text(browser.post("/admin/dynadmin/book/b1/change/", {**fields, "author": "Anonymous"}))
    assert "Nobody is called so." in page
    assert library.SHELF["b1"]["version"] == 1


def test_only_what_was_touched_is_changed(browser: Client) -> None:
    fields = posted(text(browser.get("/admin/dynadmin/book/b1/change/")))
    browser.post("/admin/dynadmin/book/b1/change/", {**fields, "title": "Otro", "reason": "typo"})
    assert library.SHELF["b1"]["title"] == "Otro"
    assert library.HISTORY["b1"][0].fields == ("title",)


def test_saving_what_nobody_touched_changes_nothing(browser: Client) -> None:
    fields = posted(text(browser.get("/admin/dynadmin/book/b1/change/")))
    response = browser.post("/admin/dynadmin/book/b1/change/", fields)
    assert response.status_code == 302
    assert library.SHELF["b1"]["version"] == 1


def test_two_people_save_the_same_form(browser: Client) -> None:
    mine = posted(text(browser.get("/admin/dynadmin/book/b1/change/")))
    theirs = {**mine, "author": "Rulfo", "reason": "a better author"}
    assert browser.post("/admin/dynadmin/book/b1/change/", theirs).status_code == 302
    page = text(browser.post("/admin/dynadmin/book/b1/change/", {**mine, "title": "Mío"}))
    assert "Rosa Peña" in page
    assert "a better author" in page
    assert library.SHELF["b1"]["title"] == "Ávila 01"
    merged = posted(page)
    assert merged["title"] == "Mío"
    assert merged["author"] == "Rulfo"
    assert browser.post("/admin/dynadmin/book/b1/change/", merged).status_code == 302
    row = library.SHELF["b1"]
    assert (row["title"], row["author"], row["version"]) == ("Mío", "Rulfo", 3)
    assert library.HISTORY["b1"][0].fields == ("title",)


def test_an_unticked_box_survives_a_merge(browser: Client) -> None:
    mine = posted(text(browser.get("/admin/dynadmin/book/b2/change/")))
    assert mine["lendable"] == "on"
    browser.post("/admin/dynadmin/book/b2/change/", {**mine, "author": "Rulfo"})
    unticked = {name: value for name, value in mine.items() if name != "lendable"}
    merged = posted(text(browser.post("/admin/dynadmin/book/b2/change/", unticked)))
    assert "lendable" not in merged
    browser.post("/admin/dynadmin/book/b2/change/", merged)
    assert library.SHELF["b2"]["lendable"] is False
    assert library.SHELF["b2"]["author"] == "Rulfo"


def test_history_is_the_sources(browser: Client) -> None:
    fields = posted(text(browser.get("/admin/dynadmin/book/b1/change/")))
    browser.post("/admin/dynadmin/book/b1/change/", {**fields, "title": "Otro", "reason": "typo"})
    page = text(browser.get("/admin/dynadmin/book/b1/history/"))
    assert "Rosa Peña" in page
    assert "typo" in page


def test_something_is_removed_after_being_asked(browser: Client) -> None:
    assert "Ávila 03" in text(browser.get("/admin/dynadmin/book/b3/delete/"))
    browser.post("/admin/dynadmin/book/b3/delete/", {"post": "yes"})
    assert "b3" not in library.SHELF


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/admin/dynadmin/book/", 403),
        ("/admin/dynadmin/book/b1/change/", 403),
        ("/admin/dynadmin/book/b1/history/", 403),
        ("/admin/dynadmin/loan/add/", 403),
        ("/admin/password_change/", 404),
        ("/admin/r/1/b1/", 404),
    ],
)
def test_who_is_not_of_the_pages_groups_gets_nothing(path: str, status: int) -> None:
    assert (
        Client(SERVER_NAME="127.0.0.1", headers={"X-Who": "benito/teacher"}).get(path).status_code
        == status
    )


def test_nobody_is_sent_to_sign_in() -> None:
    response = Client(SERVER_NAME="127.0.0.1").get("/admin/dynadmin/book/")
    assert response.status_code == 302
    assert "/admin/login/" in response["Location"]


def test_a_book_that_does_not_exist_is_said_to_be_gone(browser: Client) -> None:
    response = browser.get("/admin/dynadmin/book/b99/change/", follow=True)
    assert "b99" in text(response)


def test_what_is_pressed_and_shows_nothing_has_a_name_in_each_language(browser: Client) -> None:
    page = text(browser.get("/admin/dynadmin/book/"))
    tags = re.findall(r"<(?:div|span)\b[^>]*x-on:click=[^>]*>\s*</", page)
    bare = {_part(tag, "id") for tag in tags}
    assert "changelist-filter-close" in bare
    script = Path(luca.dynadmin.__path__[0], "static/dynadmin/js/reach.js").read_text("utf-8")
    assert [one for one in bare if script.count(f'"{one}": ') != 2] == []


@pytest.mark.parametrize(
    ("language", "said"),
    [("es", "La lista no se puede filtrar"), ("en", "The list cannot be filtered")],
)
@pytest.mark.parametrize(
    "asked", ["loan/?q=somebody", "loan/?q=somebody&e=1", "book/?bought__gt=x"]
)
def test_a_list_that_cannot_answer_is_shown_whole_and_says_so(
    browser: Client, asked: str, language: str, said: str
) -> None:
    with translation.override(language):
        page = text(browser.get(f"/admin/dynadmin/{asked}", follow=True))
    assert said in page
    assert ">l000</a>" in page or ">Ávila 00</a>" in page
    assert 'id="nav-sidebar"' in page


def test_a_list_that_answers_nothing_at_all_is_no_loop(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_asked: Any) -> Any:
        raise Unanswerable("Nobody keeps loans.")

    monkeypatch.setattr(library.Loans, "page", refused)
    with pytest.raises(Unanswerable, match="The plain list"):
        browser.get("/admin/dynadmin/loan/?e=1")
