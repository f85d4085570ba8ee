"""The page of event types."""

import html
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from behavior import services
from behavior.rules import BUILT_IN
from luca.kernel import context
from luca.kernel.errors import NotFound
from tenants.tests.desk import Office
from tenants.tests.forms import form_of

LIST = "/admin/behavior/eventtyperecord/"
READING = {"type": "object", "required": ["book"], "properties": {"book": {"type": "string"}}}
As = Callable[..., Office]


@pytest.fixture
def rosa(liceo: str, office_of: As) -> Office:
    browser = office_of(liceo, "school_admin")
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


def typed(page: str, **more: str) -> dict[str, str]:
    areas = re.findall(r'<textarea name="(\w+)".*?>(.*?)</textarea>', page, re.DOTALL)
    return form_of(page) | {name: html.unescape(text).strip() for name, text in areas} | more


def reading(**more: str) -> dict[str, str]:
    given = {"id": "reading", "es": "Lectura", "en": "Reading", "active": "on"}
    return given | {"schema": json.dumps(READING)} | more


def test_the_types_of_all_schools_are_there_and_ones_own_are_added(rosa: Office) -> None:
    page = rosa.text(LIST)
    assert len(rosa.calls) <= 4
    assert all(name in page for name in BUILT_IN)
    assert rosa.post(f"{LIST}add/", reading()).status_code == 302
    stored = services.event_type("reading")
    assert (stored.es, stored.active, json.loads(stored.schema)) == ("Lectura", True, READING)
    change = f"{LIST}reading/change/"
    form = typed(rosa.text(change))
    assert len(rosa.calls) <= 4
    form.pop("active")
    assert rosa.post(change, form | {"en": "Reading aloud"}).status_code == 302
    stored = services.event_type("reading")
    assert (stored.en, stored.active, stored.version) == ("Reading aloud", False, 2)
    assert rosa.post(f"{LIST}reading/delete/", {"post": "yes"}).status_code == 302
    with pytest.raises(NotFound):
        services.event_type("reading")


def test_a_type_of_all_schools_is_changed_for_this_one_and_taken_back(rosa: Office) -> None:
    change, delete = f"{LIST}login/change/", f"{LIST}login/delete/"
    assert rosa.post(delete, {"post": "yes"}).status_code == 403, "there is nothing to take back"
    assert rosa.post(change, typed(rosa.text(change), es="Entrada")).status_code == 302
    assert services.event_type("login").es == "Entrada"
    assert rosa.post(delete, {"post": "yes"}).status_code == 302
    assert services.event_type("login") == BUILT_IN["login"]


@pytest.mark.parametrize(
    ("more", "field", "said"),
    [
        ({"schema": "{"}, "schema", "not JSON: look at line 1"),
        ({"schema": "[]"}, "schema", "no JSON object"),
        ({"schema": "[" * 5000}, "schema", "not JSON"),
        ({"schema": '{"title": "\\ud800"}'}, "schema", "not JSON"),
        ({"schema": '{"type": "string"}'}, "schema", "schema"),
        ({"schema": '{"type": "object", "properties": {"a": {"type": "x"}}}'}, "schema", "schema."),
        ({"id": "Lectura en voz"}, "id", "Must be"),
        ({"es": " "}, "es", "required"),
        ({"id": "login"}, "id", "already exists"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    rosa: Office, more: dict[str, str], field: str, said: str
) -> None:
    answer = rosa.post(f"{LIST}add/", reading(**more))
    assert answer.status_code == 200
    page = html.unescape(answer.content.decode())
    after = page[page.index(f'name="{field}"') :]
    errors = re.search(r'<div class="[^"]*text-red-600[^"]*">(.*?)</div>', after, re.DOTALL)
    assert errors is not None
    assert said in errors[1]
    assert {one.name for one in services.event_types()} == set(BUILT_IN)


def test_of_two_who_change_a_type_the_second_sees_what_the_first_did(rosa: Office) -> None:
    rosa.post(f"{LIST}add/", reading())
    change = f"{LIST}reading/change/"
    form = typed(rosa.text(change), en="Aloud")
    services.define_type("reading", labels=("En voz alta", "Reading"), schema=READING, seen=1)
    page = rosa.post(change, form).content.decode()
    assert 'value="En voz alta"' in page
    assert rosa.post(change, typed(page)).status_code == 302
    stored = services.event_type("reading")
    assert (stored.es, stored.en, stored.version) == ("En voz alta", "Aloud", 3)


def test_another_schools_types_are_not_there(rosa: Office, liceo: str, office_of: Any) -> None:
    other = f"{liceo}-2"
    with context.entered(school=other):
        services.define_type("secreta", labels=("Secreta", "Secret"), schema=READING)
    assert "secreta" not in rosa.text(LIST)
    assert rosa.get(f"{LIST}secreta/change/").status_code == 302
    assert "secreta" in office_of(other, "school_admin").text(LIST)


@pytest.mark.parametrize("group", ["platform_admin", "gov_operator"])
@pytest.mark.parametrize("path", [LIST, f"{LIST}add/", f"{LIST}login/change/"])
def test_who_is_no_school_admin_is_refused(
    liceo: str, office_of: As, path: str, group: str
) -> None:
    browser = office_of(liceo, group)
    assert browser.get(path).status_code == 403
    assert browser.post(path, reading()).status_code == 403
