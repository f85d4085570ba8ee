"""Coming in: with the password of the mail, with the keyboard alone, and never next door."""

import re
import secrets
import time

import pytest

from luca.localaws.stack import Stack
from tests.browser.conftest import ADMIN, Windows
from tests.browser.hands import tab_to
from tests.browser.screen import Screen
from tests.browser.stack import PASSWORD, SCHOOL, manage

pytestmark = pytest.mark.slow
OWN = "Mi-Clave-Propia-2026"
MAIL_SECONDS = 120
INVITED = """
import sys, django
django.setup()
from luca.kernel import context
from tenants import services
from tenants.domain import Teacher
from tenants.domain.accounts import NewInvitation
school, person, email = sys.argv[1:]
with context.entered(school=school):
    services.add_teachers([Teacher(person, "Norma", "Ríos Vega", email=email)])
    services.invite(NewInvitation(person, email, frozenset({"school_admin"})))
"""


def test_the_password_of_the_mail_is_changed_on_the_way_in(luca: Stack, window: Windows) -> None:
    person = f"norma-{secrets.token_hex(4)}"
    email = f"{person}@{SCHOOL}.example"
    manage(luca, "-c", INVITED, SCHOOL, person, email)
    one = window()
    one.go("/admin/login/")
    _type(one, email=email, password=_mailed(luca, email))
    assert one.page.locator("[name=new_password]").is_visible()
    one.shot("first-password")
    assert one.axe() == []
    _type(one, new_password=OWN, again=OWN + "x")
    assert one.page.locator("[name=again]").is_visible()  # they are not the same
    _type(one, new_password=OWN, again=OWN)
    assert one.page.url == one.url + "/admin/"
    again = window()
    again.sign_in(email, OWN)
    assert again.page.url == again.url + "/admin/"


def test_a_wrong_password_is_told_at_the_form(window: Windows) -> None:
    for lang in ("es", "en"):
        one = window(lang=lang)
        one.go("/admin/login/")
        _type(one, email=f"nadie-{lang}@{SCHOOL}.example", password="No-Es-Esta-2026")
        assert one.page.locator("[role=alert]").is_visible()
        one.shot("sign-in-refused")
        assert one.axe() == []


def test_the_keyboard_alone_signs_in_and_out(window: Windows) -> None:
    one = window()
    page = one.go("/admin/login/")
    assert _focused(one) == "email"  # the page is for typing: it begins there
    page.keyboard.type(ADMIN)
    page.keyboard.press("Tab")
    assert _focused(one) == "password"
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(one.url + "/admin/")
    tab_to(one, "[x-on\\:click*=openUserLinks]")
    page.keyboard.press("Enter")
    tab_to(one, "[action$='logout/'] button", back=True)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/login/"))


def _type(one: Screen, **typed: str) -> None:
    for name, text in typed.items():
        one.page.fill(f"[name={name}]", text)
    with one.page.expect_navigation():
        one.press_submit()


def _focused(one: Screen) -> str:
    return str(one.page.evaluate("document.activeElement.name"))


def _mailed(luca: Stack, email: str) -> str:
    """What the pool's mail says, as soon as the worker has asked for it."""
    until = time.monotonic() + MAIL_SECONDS
    while time.monotonic() < until:
        for mail in sorted(luca.home.outbox.iterdir(), reverse=True):
            text = mail.read_text(encoding="utf-8")
            found = re.search(r": (\S+)\n(?:Vale|It is good)", text)
            if email in text and found:
                return found[1]
        time.sleep(0.2)
    raise TimeoutError(f"There is no mail; {luca.log('worker')} may say why.")
