"""What tests of the office's pages share: addresses, forms as a browser sends them, calls."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

from grades.admin import places
from grades.tests.cast import (
    ADA,
    AUTUMN,
    COURSE,
    EXAM,
    FIRST_A,
    MATHS,
)

if TYPE_CHECKING:
    from luca.kernel.ids import AssessmentId, StudentId
    from tenants.tests.desk import Office

ROOT = "/admin/grades"
BOOK, RESULTS, ASKED, GRADES = (
    f"{ROOT}/{one}/" for one in ("gradebook", "evaluation", "assessment", "grade")
)
CHOICE = {"period": AUTUMN, "subject": MATHS, "group": FIRST_A}
IN_COURSE = {"period": AUTUMN, "subject": MATHS}
MOST = 4  # calls to the table, the session's among them


def result_of(student: StudentId = ADA, assessment: AssessmentId = EXAM) -> str:
    return places.link("evaluation_change", places.of_evaluation(student, COURSE, assessment))


def page_about(name: str, assessment: AssessmentId = EXAM) -> str:
    return places.link(f"assessment_{name}", places.of_assessment(COURSE, assessment))


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page's form, as a browser would send them."""
    fields = re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", page)
    found = {}
    for one in fields:
        name = re.search(r'name="([^"]*)"', one)
        value = re.search(r'value="([^"]*)"', one)
        if name:
            found[name[1]] = value[1] if value else ""
    return found


def whole(office: Office, path: str, query: dict[str, Any] | None = None, **more: Any) -> str:
    """A page with the parts that come after it; none of them makes too many calls."""
    answer = office.get(path, query, follow=True, **more)
    page = str(answer.content.decode())
    assert answer.status_code == 200, page
    assert calls(office) <= MOST, office.calls
    for link in re.findall(r'hx-get="([^"]+)"', page):
        part = office.get(html.unescape(link), **more)
        assert part.status_code == 200, link
        assert calls(office) <= MOST, office.calls
        page += part.content.decode()
    return page


def calls(office: Office) -> int:
    """How many the last page made, but for noting the look: once in a quarter of an hour."""
    return len([one for one in office.calls if one != "PutItem"])


def plain(page: str) -> str:
    """What a reader sees, without marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
