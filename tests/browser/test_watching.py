"""The watcher itself: what it must see, it sees."""

import pytest

from tests.browser.conftest import Windows
from tests.browser.screen import Screen, Trouble

pytestmark = pytest.mark.slow


def test_a_script_that_fails_is_trouble(window: Windows) -> None:
    one = window()
    one.go("/admin/login/")
    one.page.evaluate("setTimeout(() => { throw new Error('broken') })")
    one.page.wait_for_timeout(200)
    with pytest.raises(Trouble, match="script: broken"):
        one.check()


def test_what_the_policy_forbids_is_trouble(window: Windows) -> None:
    one = window()
    one.go("/admin/login/")
    one.page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {text: '1'}))"
    )
    one.page.wait_for_timeout(200)
    with pytest.raises(Trouble, match="Content Security Policy"):
        one.check()


def test_nothing_leaves_the_machine(window: Windows) -> None:
    one = window()
    one.page.route("**/admin/login/", lambda route: route.fulfill(
        body="<img src=https://pictures.example/x.png>", content_type="text/html"
    ))  # fmt: skip
    one.go("/admin/login/")
    with pytest.raises(Trouble, match=r"a request left for https://pictures\.example/x\.png"):
        one.check()


def test_axe_finds_what_nobody_can_read(window: Windows) -> None:
    one = window()
    one.go("/admin/login/")
    assert one.axe() == []
    one.page.evaluate("document.querySelector('label[for=id_email]').remove()")
    assert any("critical label" in found for found in one.axe())


def test_a_page_that_is_too_wide_is_measured(window: Windows) -> None:
    one = window()
    one.go("/admin/login/")
    one.look(390)
    assert one.overflow() == 0
    one.page.evaluate("document.body.append(Object.assign(document.createElement('div'),"
                      " {style: 'width: 500px; height: 1px'}))")  # fmt: skip
    assert one.overflow() > 0


def test_somebody_of_the_office_is_in(office: Screen) -> None:
    office.go("/admin/")
    assert office.page.url == office.url + "/admin/"
