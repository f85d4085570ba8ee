"""A school admin's year, leg by leg, as a person walks it. Each leg stands by itself."""

import re
import secrets
from pathlib import Path

import pytest

from tests.browser.conftest import ADMIN, NEXT_DOOR, Windows
from tests.browser.hands import press, save, tab_to
from tests.browser.screen import Screen

pytestmark = pytest.mark.slow
COURSE = "period=2026-2&subject=matematicas&group=1A"


def test_a_grade_is_corrected_with_a_reason(office: Screen) -> None:
    page = office.go(f"/admin/grades/evaluation/?{COURSE}")
    page.locator("#result_list a[href*='/change/']").first.click()
    before = page.locator("[name=score]").input_value()
    after = "64" if before.startswith("65") else "65"
    page.fill("[name=score]", after)
    office.shot("walk/correct")
    save(office)
    assert page.locator("[name=reason]").is_visible(), "it wants to know why"
    reason = f"Se revisó el examen {secrets.token_hex(3)}"
    page.fill("[name=reason]", reason)
    save(office)
    page.wait_for_url(re.compile(r"/evaluation/(\?|$)"))
    page.go_back()
    page.reload()
    assert page.locator("[name=score]").input_value().startswith(after)
    page.locator("[x-on\\:click*=showActions]").click()
    page.click("a[href*='/history/']")
    page.locator(f"text={reason}").first.wait_for()
    office.shot("walk/history")
    assert office.axe() == []


def test_a_groups_report_cards_are_printed(office: Screen, tmp_path: Path) -> None:
    page = office.go("/admin/grades/cards/")
    page.select_option("[name=group]", "1A")
    page.select_option("[name=period]", "2026-1")
    press(office)
    page.wait_for_url(re.compile("/cards/job/"))
    address = page.url
    page.close()  # the work goes on
    page = office.again()
    page.goto(address)
    link = page.locator("a[href$='/file/']")
    link.wait_for()
    office.shot("walk/cards")
    assert office.axe() == []
    with page.expect_download() as taken:
        link.click()
    file = tmp_path / "cards.pdf"
    taken.value.save_as(file)
    assert file.read_bytes().startswith(b"%PDF-")
    assert b"/Count 20" in file.read_bytes()  # a page for each of the group


def test_two_admins_save_the_same_form(window: Windows) -> None:
    """Who comes second is told who changed what, keeps what they typed, and saves again."""
    one, other = window(ADMIN), window(ADMIN)
    path = "/admin/tenants/student/1c-20/change/"
    for screen in (one, other):
        screen.go(path)
    mark = secrets.token_hex(3)
    one.page.fill("[name=external_id]", f"uno-{mark}")
    save(one)
    given = other.page.locator("[name=given_name]").input_value()
    other.page.fill("[name=given_name]", f"{given.split(' ')[0]} {mark.title()}")
    save(other)
    assert other.page.locator("[name=given_name]").input_value().endswith(mark.title())
    assert other.page.locator("[name=external_id]").input_value() == f"uno-{mark}"
    assert other.page.locator(".errornote, [role=alert], .errorlist").first.is_visible()
    other.shot("walk/overtaken")
    assert other.axe() == []
    save(other)
    other.page.wait_for_url(re.compile(r"/student/(\?|$)"))
    one.go(path)
    assert one.page.locator("[name=given_name]").input_value().endswith(mark.title())
    assert one.page.locator("[name=external_id]").input_value() == f"uno-{mark}"


def test_a_form_is_filled_in_with_the_keyboard_alone(office: Screen) -> None:
    page = office.go("/admin/tenants/teacher/add/")
    mark = "".join(secrets.choice("bcdfglmn") + secrets.choice("aeiou") for _ in range(4))
    fields = {"given_name": "Inés", "family_name": f"Luján {mark}"}
    for name, text in fields.items():
        tab_to(office, f"[name={name}]")
        page.keyboard.type(text)
    tab_to(office, "[name=_save]")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/teacher/(\?|$)"))
    page.goto(office.url + f"/admin/tenants/teacher/?q=Luján {mark}")
    assert page.locator("#result_list tbody tr").count() == 1


@pytest.mark.parametrize(
    "path", ["/admin/tenants/student/1c-19/change/", "/admin/grades/cards/student/1c-19/"]
)
def test_nobody_reads_the_school_next_door(office: Screen, window: Windows, path: str) -> None:
    """A page about one's own student, opened by the head of the school beside it."""
    name = "Rosales"
    assert name in office.go(path).content()
    stranger = window(NEXT_DOOR)
    stranger.expect("404")
    page = stranger.go(path)
    assert name not in page.content()
    assert not page.locator("[name=family_name], form[data-once]").count()
    stranger.shot("walk/next-door")
    assert stranger.axe() == []


def test_a_period_is_created_and_stands_on_the_calendar(office: Screen) -> None:
    page = office.go("/admin/tenants/periodrecord/add/")
    identity = f"2030-{secrets.token_hex(2)}"
    page.fill("[name=id]", identity)
    page.fill("[name=name]", f"Trimestre {identity}")
    page.fill("[name=starts]", "20/08/2030")
    page.fill("[name=ends]", "01/08/2030")
    save(office)
    assert page.locator("[name=ends]").input_value(), "it ends before it begins: the form stays"
    office.shot("walk/period-refused")
    assert office.axe() == []
    page.fill("[name=ends]", "30/11/2030")
    save(office)
    page.wait_for_url(re.compile(r"/periodrecord/(\?|$)"))
    assert page.locator(f"#result_list >> text={identity}").first.is_visible()
    page.click("a[href$='/calendar/']")
    office.page.wait_for_url(re.compile("/calendar/"))
    office.shot("walk/calendar")
    assert office.axe() == []


def test_rules_are_published_after_a_what_if(office: Screen) -> None:
    page = office.go("/admin/grades/rulesrecord/historia/write/")
    before = page.locator("[name=min_passing]").input_value()
    page.fill("[name=min_passing]", "97" if not before.startswith("97") else "96")
    office.shot("walk/rules-write")
    assert office.axe() == []
    press(office)
    page.wait_for_url(re.compile("/what-if/"))
    page.locator("[aria-busy]").wait_for(state="detached", timeout=300_000)
    page.reload()
    publish = page.locator("a[href*='/publish/']")
    publish.first.wait_for()
    office.shot("walk/rules-what-if")
    assert office.axe() == []
    assert page.locator("table tbody tr").count() > 1, "real students, before and after"
    publish.first.click()
    page.locator("[name=reason]").wait_for()
    reason = f"Lo acordó el consejo técnico {secrets.token_hex(3)}"
    page.fill("[name=reason]", reason)
    office.shot("walk/rules-publish")
    assert office.axe() == []
    press(office)
    page.wait_for_url(re.compile(r"/rulesrecord/(?!.*publish)"))
    office.go("/admin/tenants/auditrecord/")
    assert page.locator(f"text={reason}").count()
