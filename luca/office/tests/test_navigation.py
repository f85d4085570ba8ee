"""The sidebar leads whoever is signed in to what they may see, and nowhere else."""

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from luca.kernel.ids import SchoolId
from luca.office.navigation import SECTIONS, Entry, sidebar
from tenants.domain import School
from tenants.services import create_school

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenants.tests.desk import Office

ENTRIES = [entry for section in SECTIONS for entry in section.entries]
GROUPS = ["school_admin", "platform_admin", "gov_operator"]


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda one: one.page)
def test_an_entry_is_for_whom_its_page_is(
    school: str, office_of: "Callable[..., Office]", entry: Entry, group: str
) -> None:
    create_school(School(SchoolId(school), "Norte"))
    browser, link = office_of(school, group), reverse(f"admin:{entry.page}")
    shown = f'href="{link}"' in browser.text("/admin/")
    if group not in entry.readers:
        assert browser.get(link).status_code == 403, f"{group} opens what the sidebar hides"
    else:
        assert shown
        browser.text(link)


def test_rejected_events_are_called_alike_in_the_sidebar_and_on_their_page(
    school: str, office_of: "Callable[..., Office]"
) -> None:
    create_school(School(SchoolId(school), "Norte"))
    browser = office_of(school, "school_admin")
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "es"
    page = browser.text(reverse("admin:behavior_refusedevent_changelist")).lower()
    assert page.count("eventos rechazados") > 1
    assert "actividades rechazadas" not in page


def test_a_page_says_what_it_asked_of_the_table(office: "Office") -> None:
    page = office.text("/admin/")
    assert office.calls == ["GetItem", "Query", "UpdateItem", "Query"]
    assert ">Luca<" in page.replace("\n", "").replace(" ", "")


ASKED = """
import django
django.setup()
from django.urls import resolve
print(resolve("/admin/tenants/student/").view_name)
"""


def test_the_pages_are_there_whoever_is_asked_first() -> None:
    """A fresh process that resolves an address before anything else knows every page."""
    said = subprocess.run(
        [sys.executable, "-c", ASKED],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "luca.settings"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert said.strip() == "admin:tenants_student_changelist"


def test_one_entry_is_where_somebody_is(office: "Office") -> None:
    """Starting a run has its address below the runs: only one of the two is lit."""
    for page in ("govsync_syncrun_start", "govsync_syncrun_changelist", "index"):
        shown = office.get(reverse(f"admin:{page}"))
        sections = sidebar(shown.wsgi_request)
        lit = [item["link"] for section in sections for item in section["items"] if item["active"]]
        assert lit == [reverse(f"admin:{page}")]
