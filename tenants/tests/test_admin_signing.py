"""Signing in to the admin as its people do: with a browser, a mailbox and an app."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from luca.api import sealing
from luca.aws import identity
from luca.kernel import clock, context
from luca.kernel.ids import SchoolId
from luca.localaws.embedded import Embedded
from tenants.admin.door import COOKIE
from tenants.domain import School
from tenants.repository import sessions as repository
from tenants.services import create_school, staff_sessions
from tenants.tests.signing import OTHER, PASSWORD, Somebody

INDEX, LOGIN, LOGOUT = "/admin/", "/admin/login/", "/admin/logout/"


@pytest.fixture
def rosa(aws: Embedded, school: str) -> Somebody:
    """The head of a school."""
    return Somebody(aws, school, "rosa").known("school_admin")


class Browser:
    def __init__(self) -> None:
        self.client = Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=True)

    def open(self, path: str) -> Any:
        self.page = self.client.get(path)
        return self.page

    def send(self, **typed: str) -> Any:
        """Send the form of the page as it stands, with what somebody typed."""
        text = self.page.content.decode()
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text))
        self.page = self.client.post(LOGIN, {**hidden, **typed})
        return self.page

    def sign_in(self, who: Somebody, password: str = PASSWORD, path: str = LOGIN) -> Any:
        self.open(path)
        return self.send(email=who.email, password=password)

    def is_in(self) -> bool:
        return bool(self.client.get(INDEX).status_code == 200)


@pytest.fixture
def browser() -> Browser:
    return Browser()


def test_somebody_of_the_office_comes_in_and_goes(browser: Browser, rosa: Somebody) -> None:
    assert browser.open(INDEX)["Location"] == f"{LOGIN}?next={INDEX}"
    answer = browser.sign_in(rosa)
    assert (answer.status_code, answer["Location"]) == (302, INDEX)
    cookie = browser.client.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/admin/")
    assert browser.is_in()
    assert rosa.school not in cookie.value
    page = browser.open(INDEX).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]*)"', page)
    assert token is not None
    kept = cookie.value
    browser.client.post(LOGOUT, {"csrfmiddlewaretoken": token[1]})
    assert not browser.is_in()
    browser.client.cookies[COOKIE] = kept
    assert not browser.is_in()


def test_the_first_password_is_changed_on_the_way_in(
    browser: Browser, aws: Embedded, school: str
) -> None:
    new = Somebody(aws, school, "nueva").invited("school_admin")
    answer = browser.sign_in(new, new.mailed)
    assert 'name="new_password"' in answer.content.decode()
    answer = browser.send(new_password=OTHER, again="another")
    assert answer.status_code == 200
    answer = browser.send(new_password="short", again="short")
    assert answer.status_code == 200
    answer = browser.send(new_password=OTHER, again=OTHER)
    assert answer.status_code == 302
    assert browser.is_in()


def test_a_school_that_asks_for_it_sets_the_app_up(browser: Browser, rosa: Somebody) -> None:
    create_school(School(SchoolId(rosa.school), "Norte", staff_totp=True))
    page = browser.sign_in(rosa).content.decode()
    assert "<svg" in page
    secret = re.search(r"<code>([A-Z2-7]+)</code>", page)
    assert secret is not None
    rosa.secret = secret[1]
    assert "<svg" in browser.send(code="12 34 56").content.decode()
    assert browser.send(code=rosa.code()).status_code == 302
    assert browser.is_in()
    again = Browser()
    assert 'name="code"' in again.sign_in(rosa).content.decode()
    assert again.send(code=rosa.code(1)).status_code == 302
    assert again.is_in()


@pytest.mark.parametrize("groups", [("teacher",), ("student",), ("guardian",), ()])
def test_who_is_not_of_the_office_does_not_come_in(
    browser: Browser, aws: Embedded, school: str, groups: tuple[str, ...]
) -> None:
    answer = browser.sign_in(Somebody(aws, school, "tomas").known(*groups))
    assert answer.status_code == 200
    assert COOKIE not in browser.client.cookies
    assert not browser.is_in()


def test_a_wrong_password_says_nothing_of_the_account(browser: Browser, rosa: Somebody) -> None:
    wrong = browser.sign_in(rosa, "Equivocado-2026").content.decode()
    rosa.email = "nobody@norte.example"
    unknown = browser.sign_in(rosa).content.decode()
    assert _said(wrong) == _said(unknown) != ""


def test_guessing_has_to_wait(browser: Browser, rosa: Somebody) -> None:
    for _ in range(5):
        browser.sign_in(rosa, "Equivocado-2026")
    assert browser.sign_in(rosa).status_code == 429
    assert not browser.is_in()


def test_one_goes_on_to_the_page_that_was_asked_for(browser: Browser, rosa: Somebody) -> None:
    assert (
        browser.sign_in(rosa, path=f"{LOGIN}?next=/admin/jsi18n/")["Location"] == "/admin/jsi18n/"
    )


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/admin/", "//evil.example/admin/", "/docs", "javascript:1"]
)
def test_one_is_not_sent_elsewhere(browser: Browser, rosa: Somebody, elsewhere: str) -> None:
    assert browser.sign_in(rosa, path=f"{LOGIN}?next={elsewhere}")["Location"] == INDEX


def test_a_form_of_another_site_does_nothing(rosa: Somebody) -> None:
    browser = Browser()
    answer = browser.client.post(LOGIN, {"email": rosa.email, "password": PASSWORD})
    assert answer.status_code == 403
    assert COOKIE not in browser.client.cookies


def test_the_token_of_before_is_none_of_the_session(browser: Browser, rosa: Somebody) -> None:
    browser.open(LOGIN)
    before = browser.client.cookies["csrftoken"].value
    assert browser.sign_in(rosa, "Equivocado-2026").status_code == 200
    assert browser.client.cookies["csrftoken"].value == before
    assert browser.sign_in(rosa).status_code == 302
    after = browser.client.cookies["csrftoken"].value
    assert after not in {"", before}
    browser.client.post(LOGOUT, headers={"X-CSRFToken": before})
    assert browser.is_in()
    browser.client.post(LOGOUT, headers={"X-CSRFToken": after})
    assert not browser.is_in()


@pytest.mark.parametrize("cookie", ["", "x", "norte", "A" * 5000, "é"])
def test_a_forged_cookie_opens_nothing(browser: Browser, rosa: Somebody, cookie: str) -> None:
    browser.sign_in(rosa)
    browser.client.cookies[COOKIE] = cookie
    assert browser.open(INDEX).status_code == 302


@pytest.mark.parametrize("step", ["new_password", "totp", "totp_setup"])
def test_a_step_that_is_over_begins_again(browser: Browser, step: str) -> None:
    browser.open(LOGIN)
    typed = {"new_password": OTHER, "again": OTHER, "code": "123456"}
    answer = browser.send(step=step, session="of yesterday", **typed)
    assert answer.status_code == 200
    assert _said(answer.content.decode()) != ""
    assert 'name="password"' in answer.content.decode()


def test_what_a_browser_brings_back_may_be_too_long_for_a_picture(browser: Browser) -> None:
    browser.open(LOGIN)
    assert browser.send(step="totp_setup", uri="ñ" * 5000, code="1").status_code == 200


def test_behind_a_proxy_that_ends_tls_forms_are_of_this_site(
    browser: Browser, rosa: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "SECURE_PROXY_SSL_HEADER", ("HTTP_X_FORWARDED_PROTO", "https"))
    sent = {"HOST": "127.0.0.1", "ORIGIN": "https://127.0.0.1", "X_FORWARDED_PROTO": "https"}
    browser.client.defaults |= {f"HTTP_{name}": value for name, value in sent.items()}
    answer = browser.sign_in(rosa)
    assert answer.status_code == 302
    assert answer["Strict-Transport-Security"] == "max-age=31536000"
    assert browser.client.cookies[COOKIE]["secure"]


def test_without_a_proxy_nobody_makes_a_browser_insist_on_tls(browser: Browser) -> None:
    browser.client.defaults["HTTP_X_FORWARDED_PROTO"] = "https"
    assert "Strict-Transport-Security" not in browser.open(LOGIN)


class TestTime:
    """Minutes and hours go by on the sessions' clock; the pool's tokens have the real one."""

    @pytest.fixture(autouse=True)
    def _clock(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ahead = timedelta()
        for module in (staff_sessions, repository, sealing):
            monkeypatch.setattr(module, "clock", self)

    def now(self) -> datetime:
        return clock.now() + self.ahead

    def test_who_is_disabled_is_out_within_five_minutes(
        self, browser: Browser, rosa: Somebody
    ) -> None:
        browser.sign_in(rosa)
        identity.disable(rosa.email)
        self.ahead = timedelta(minutes=6)
        assert not browser.is_in()

    def test_who_leaves_the_office_is_out_within_five_minutes(
        self, browser: Browser, rosa: Somebody
    ) -> None:
        browser.sign_in(rosa)
        identity.set_groups(rosa.email, {"teacher"})
        assert browser.is_in()
        self.ahead = timedelta(minutes=6)
        assert not browser.is_in()

    def test_who_works_stays_in_and_who_is_idle_does_not(
        self, browser: Browser, rosa: Somebody
    ) -> None:
        browser.sign_in(rosa)
        for minutes in (20, 70, 120):
            self.ahead = timedelta(minutes=minutes)
            assert browser.is_in()
        self.ahead = timedelta(minutes=190)
        assert not browser.is_in()

    def test_nobody_stays_in_for_more_than_twelve_hours(
        self, browser: Browser, rosa: Somebody
    ) -> None:
        browser.sign_in(rosa)
        for half_hours in range(1, 24):
            self.ahead = timedelta(minutes=30 * half_hours)
            assert browser.is_in()
        self.ahead = timedelta(hours=12, minutes=1)
        assert not browser.is_in()


def test_a_session_is_ended_by_whoever_removes_its_item(browser: Browser, rosa: Somebody) -> None:
    browser.sign_in(rosa)
    other = Browser()
    other.sign_in(rosa)
    staff_sessions.end(browser.client.cookies[COOKIE].value)
    assert not browser.is_in()
    assert other.is_in()


def test_a_session_is_of_its_own_school(browser: Browser, rosa: Somebody) -> None:
    browser.sign_in(rosa)
    staff = staff_sessions.enter(browser.client.cookies[COOKIE].value)
    assert staff is not None
    assert (staff.school, staff.person) == (rosa.school, "rosa")
    with context.entered(school="elsewhere"):
        assert staff_sessions.enter(browser.client.cookies[COOKIE].value) == staff


def test_pages_carry_what_a_browser_should_refuse(browser: Browser, rosa: Somebody) -> None:
    browser.sign_in(rosa)
    page = browser.open(INDEX)
    assert "script-src 'self' 'unsafe-eval'" in page["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "DENY"
    assert page["Referrer-Policy"] == "same-origin"  # or browsers send forms from "null"
    assert page["Cache-Control"].startswith("max-age=0") or "no-store" in page["Cache-Control"]
    assert not re.search(r"<script(?![^>]*\bsrc=)", page.content.decode())


def _said(page: str) -> str:
    found = re.search(r'role="alert">(.*?)</div>', page, re.DOTALL)
    return re.sub(r"\s+", " ", found[1]) if found else ""
