"""The pages of grading rules: written, compared, published and withdrawn."""

import html
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from grades import services, tasks
from grades.tests.cast import ADA, AUTUMN, BLAS, CARLA, MATHS, given
from luca.aws import queue
from luca.aws.audit import Action
from luca.kernel import clock, context
from luca.kernel.ids import SubjectId
from tenants import services as tenants
from tenants.domain import Subject
from tenants.tests.desk import Office
from tenants.tests.forms import form_of
from tests.admin.walking import forget

LIST = "/admin/grades/rulesrecord/"
WRITE = f"{LIST}{MATHS}/write/"
As = Callable[..., Office]


@pytest.fixture
def rosa(north: str, office_of: As) -> Office:
    browser = office_of(north, "school_admin")
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    monkeypatch.setattr(queue, "enqueue", lambda _task, **more: found.append(more))
    return found


@pytest.fixture
def results(north: str) -> None:  # noqa: ARG001 -- it must be entered
    for student, score in ((ADA, 60), (BLAS, 59), (CARLA, 90)):
        given(student, score)


def worked(school: str, sent: list[dict[str, str]]) -> None:
    with context.entered(school=school, actor="rosa", groups=frozenset({"school_admin"})):
        tasks.simulate_rules.run(**sent.pop())


def written(page: str, **typed: str) -> dict[str, str]:
    """The form as it stands, with its text areas, and what somebody typed."""
    areas = re.findall(r'<textarea name="(\w+)".*?>(.*?)</textarea>', page, re.DOTALL)
    return form_of(page) | {name: html.unescape(text).strip() for name, text in areas} | typed


@pytest.fixture
def watch(rosa: Office, sent: list[dict[str, str]], results: None) -> str:  # noqa: ARG001 -- as above
    """A comparison of a lower threshold with the present one, which nobody has computed yet."""
    services.publish_rules(MATHS, {"min_passing": 60})
    page = rosa.text(WRITE)
    assert len(rosa.calls) <= 4
    form = written(page)
    assert form["min_passing"] == "60"
    address: str = rosa.post(WRITE, form | {"min_passing": "59"})["Location"]
    assert len(sent) == 1
    return address


def publishing(page: str) -> str:
    """Where the page of a comparison leads."""
    found = re.search(r'href="([^"]*/publish/[^"]*)"', page)
    assert found is not None
    return found[1]


def test_a_comparison_says_who_changes_from_what_to_what(
    rosa: Office, north: str, sent: list[dict[str, str]], watch: str
) -> None:
    assert 'hx-get="' in rosa.text(watch)
    worked(north, sent)
    report = rosa.text(watch)
    assert len(rosa.calls) <= 4
    table = " ".join(re.sub(r"<[^>]+>", " ", report[report.index("Student by student") :]).split())
    assert "Ortiz Blas 59.0 (Not passed) arrow_upward 59.0 (Passed)" in table
    assert "Núñez" not in table, "Ada changes by nothing"
    assert "Núñez Ada" in rosa.text(watch, {"only": ""})
    assert "Ortiz" not in rosa.text(watch, {"only": "down"})
    assert rosa.get(watch, {"from": "x", "only": "y"}).status_code == 200
    assert latest() == (1, 60)


def test_what_was_compared_is_published_with_a_reason(
    rosa: Office, north: str, sent: list[dict[str, str]], watch: str
) -> None:
    worked(north, sent)
    publish = publishing(rosa.text(watch))
    asked = rosa.text(publish)
    assert "They become version 2." in asked
    assert f"graded anew in: {AUTUMN}" in asked
    assert rosa.post(publish, form_of(asked) | {"reason": ""}).status_code == 200
    assert latest() == (1, 60)
    for _click in range(2):
        answer = rosa.post(publish, form_of(asked) | {"reason": "Acuerdo del consejo"})
        assert answer["Location"] == LIST
    assert latest() == (2, 59)
    with context.entered(school=north, actor="rosa", groups=frozenset({"school_admin"})):
        acts = tenants.acts_about(f"subject:{MATHS}")
    assert [(one.action, one.reason) for one in acts][:2] == [
        (Action.RULES_PUBLISHED, "Acuerdo del consejo"),
        (Action.RULES_SIMULATED, ""),
    ]


def test_publishing_asks_little_and_warns_course_by_course(
    rosa: Office, north: str, sent: list[dict[str, str]], results: None
) -> None:
    del results
    services.publish_rules(MATHS, {"weights": {"exam": 1}})
    form = written(rosa.text(WRITE), weights="exam: 50%\nproject: 50%")
    watch = rosa.post(WRITE, form)["Location"]
    worked(north, sent)
    publish = publishing(rosa.text(watch))
    forget()
    page = rosa.text(publish)
    assert len(rosa.calls) <= 4, rosa.calls
    (part,) = re.findall(r'hx-get="([^"]*warnings=[^"]*)"', page)
    for headers in ({"HX-Request": "true"}, {}):
        forget()
        told = rosa.get(html.unescape(part), headers=headers).content.decode()
        assert len(rosa.calls) <= 3, rosa.calls
        assert "No assessment of this period is in the category project." in told
        assert "are in the category" not in told
        assert ("<h1" in told) is not bool(headers)


def latest(subject: SubjectId = MATHS) -> tuple[int, Any]:
    found = services.latest_rules(subject)
    assert found is not None
    return found.number, found.rules.min_passing


def test_the_versions_are_listed_and_shown(rosa: Office) -> None:
    tenants.add_subject(Subject(MATHS, "Matemáticas"))
    services.publish_rules(MATHS, {"weights": {"exam": "70%", "homework": "30%"}, "floor": 5})
    page = rosa.text(LIST)
    assert len(rosa.calls) <= 4
    assert "Matemáticas" in page
    assert "Matemáticas" in rosa.text(LIST, {"standing__exact": "in_force"})
    assert "Matemáticas" not in rosa.text(LIST, {"standing__exact": "past"})
    address = rosa.get(f"{LIST}{MATHS}_2F1/change/")["Location"]
    one = rosa.text(address)
    assert len(rosa.calls) <= 4
    assert "exam: 70%; homework: 30%" in one
    assert "&quot;floor&quot;: &quot;5&quot;" in one
    form = written(rosa.text(WRITE, {"from": "1"}))
    assert form["weights"] == "exam: 70%\nhomework: 30%"
    assert json.loads(form["others"]) == {"floor": "5"}


def test_what_was_read_back_is_the_same(
    rosa: Office, sent: list[dict[str, str]], north: str
) -> None:
    wanted: dict[str, Any] = {
        "weights": {"exam": "1/3", "homework": "2/3"},
        "aggregation": "mean_of_ratios",
        "rounding": "truncate",
        "places": 2,
        "min_passing": "6.5",
        "publish": "final",
        "missing": "25",
        "drop_lowest": {"exam": 1},
        "late": {"percent": 10, "every": "day", "floor": 30},
        "scale": {"lowest": 0, "highest": 10},
        "letters": {"A": 9, "F": 0},
    }
    services.publish_rules(MATHS, wanted)
    watch = rosa.post(WRITE, written(rosa.text(WRITE)))["Location"]
    worked(north, sent)
    asked = rosa.text(f"{LIST}{MATHS}/publish/{watch.split('/')[-2]}/")
    assert "The last version says the same" in asked


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"weights": "exam: 70%"}, "weights", "must sum to 1 or 100"),
        ({"weights": "exam"}, "weights", "no category with a weight"),
        ({"weights": "exam: 1\nexam: 2"}, "weights", "stands there twice"),
        ({"weights": "exam: much"}, "weights", "The weight of exam is wrong"),
        ({"weights": "exam: 1", "others": "{"}, "others", "not JSON"),
        ({"weights": "exam: 1", "others": "[]"}, "others", "no JSON object"),
        ({"weights": "exam: 1", "others": '{"places": 1}'}, "others", "a field for it above"),
        ({"weights": "exam: 1", "others": '{"flor": 1}'}, "others", "flor is not a field"),
        ({"weights": "exam: 1", "others": '{"minimums": {"quiz": 1}}'}, "others", "quiz"),
        ({"weights": "exam: 1", "min_passing": "sixty"}, "min_passing", "must be a number"),
        ({"weights": "exam: 1", "places": "9"}, "places", "less than or equal to 6"),
        ({"weights": "exam: 1", "others": "[" * 3000}, "others", "not JSON"),
        ({"weights": "exam: 1", "others": '{"floor": 1e400}'}, "others", "floor"),
    ],
)
def test_what_is_wrong_is_said_where_it_was_typed(
    rosa: Office, sent: list[dict[str, str]], typed: dict[str, str], field: str, said: str
) -> None:
    form = written(rosa.text(WRITE), weighting="categories", **typed)
    answer = rosa.post(WRITE, form)
    assert answer.status_code == 200
    page = html.unescape(answer.content.decode())
    assert said in page[page.index(f'name="{field}"') :].split("<label")[0]
    assert sent == []


def test_rules_to_come_are_withdrawn_with_a_reason(rosa: Office, north: str) -> None:
    day = clock.now().date() + timedelta(days=30)
    services.publish_rules(MATHS, {"min_passing": 50}, valid_from=day)
    address = f"{LIST}{MATHS}/1/withdraw/"
    assert address in rosa.text(f"{LIST}{MATHS}/1/shown/")
    asked = form_of(rosa.text(address))
    assert rosa.post(address, asked | {"reason": " "}).status_code == 200
    assert rosa.post(address, asked | {"reason": "Fue un error"}).status_code == 302
    with context.entered(school=north, actor="rosa", groups=frozenset({"school_admin"})):
        assert services.rules_version(MATHS, 1)[0].withdrawn_at is not None
        acts = tenants.acts_about(f"subject:{MATHS}")
    assert [one.reason for one in acts if one.action == Action.RULES_WITHDRAWN] == ["Fue un error"]
    assert address not in rosa.text(f"{LIST}{MATHS}/1/shown/")
    again = rosa.post(address, form_of(rosa.text(address)) | {"reason": "Otra vez"})
    assert "in force already, or are withdrawn" in again.content.decode()


def test_a_day_that_cannot_be_is_refused_at_its_field(
    rosa: Office, north: str, sent: list[dict[str, str]], watch: str
) -> None:
    worked(north, sent)
    publish = publishing(rosa.text(watch))
    asked = form_of(rosa.text(publish)) | {"reason": "Antes", "valid_from": "2000-01-01"}
    page = html.unescape(rosa.post(publish, asked).content.decode())
    assert "valid_from is before" in page
    assert latest() == (1, 60)


def test_a_subject_that_nobody_is_taught_gets_rules_without_a_comparison(rosa: Office) -> None:
    art = SubjectId("art")
    tenants.add_subject(Subject(art, "Arte"))
    write = f"{LIST}{art}/write/"
    assert f'href="{write}"' in rosa.text(f"{LIST}write/")
    publish = rosa.post(write, written(rosa.text(write), min_passing="6"))["Location"]
    asked = rosa.text(publish)
    assert rosa.post(publish, form_of(asked) | {"reason": "Nueva materia"}).status_code == 302
    assert latest(art) == (1, 6)
    for other in (
        f"{LIST}{MATHS}/publish/?draft={publish.partition('=')[2]}",
        f"{LIST}{art}/publish/",
    ):
        assert rosa.get(other).status_code == 404


def test_a_comparison_of_one_subject_publishes_nothing_for_another(
    rosa: Office, north: str, sent: list[dict[str, str]], watch: str
) -> None:
    job = watch.rstrip("/").rpartition("/")[2]
    assert rosa.get(f"{LIST}{MATHS}/publish/{job}/").status_code == 404, "it is not done"
    worked(north, sent)
    assert rosa.get(f"{LIST}art/publish/{job}/").status_code == 404
    assert rosa.get(f"{LIST}{MATHS}/publish/{job}/").status_code == 200


@pytest.mark.parametrize("group", ["platform_admin", "gov_operator"])
@pytest.mark.parametrize("path", [LIST, WRITE, f"{LIST}write/", f"{LIST}{MATHS}/1/shown/"])
def test_who_is_no_school_admin_is_refused(
    north: str, office_of: As, path: str, group: str
) -> None:
    browser = office_of(north, group)
    assert browser.get(path).status_code == 403
    assert browser.post(path, {"reason": "x", "once": "y"}).status_code == 403


def test_another_schools_rules_and_comparisons_are_not_there(
    rosa: Office, south: str, sent: list[dict[str, str]], office_of: As
) -> None:
    with context.entered(school=south):
        services.publish_rules(SubjectId("magic"), {"min_passing": 33})
    other = office_of(south, "school_admin")
    watch = other.post(WRITE, written(other.text(WRITE)))["Location"]
    worked(south, sent)
    assert other.get(watch).status_code == 200
    assert rosa.get(watch).status_code == 404
    assert "magic" not in rosa.text(LIST)
    assert rosa.get(f"{LIST}magic/1/shown/").status_code == 404
    assert rosa.get(f"{LIST}magic/write/").status_code == 404
