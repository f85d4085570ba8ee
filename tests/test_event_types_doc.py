"""docs/event-types.md does what it says, and lists the types that there are."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from behavior import services as behavior
from behavior.rules import BUILT_IN
from luca.aws import queue
from luca.demo.year import people
from luca.kernel import clock
from luca.kernel.ids import SchoolId, StudentId
from tenants import services as tenants
from tenants.domain import School, Student

if TYPE_CHECKING:
    from collections.abc import Iterator

    from luca.api.tests.asking import Ask

PAGE = (Path(__file__).parent.parent / "docs" / "event-types.md").read_text()
ROWS = re.compile(r"^\| (`[a-z_]+`.*?) \| (?:[^|]*) \|(.*)\|$", re.MULTILINE)


def calls() -> Iterator[tuple[str, str, Any, dict[str, str]]]:
    """The requests of the page's script, in their order."""
    (script,) = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    for part in re.split(r"\n(?=curl )", script)[1:]:
        ((method, url),) = re.findall(r'-X (\w+) "([^"]+)"', part)
        body = re.search(r"-d '([^']*)'", part)
        seen = re.search(r"'If-Match: ([^']*)'", part)
        path = url.replace("$types", "/event-types").replace("$LUCA", "")
        headers = {"If-Match": seen[1]} if seen else {}
        yield method, path, json.loads(body[1]) if body else None, headers


@pytest.mark.usefixtures("aws")
def test_the_commands_do_what_the_page_says(
    ask: Ask, school: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "send_batch", lambda *_, **__: None)
    tenants.create_school(School(SchoolId(school), "Liceo"))
    tenants.add_students([Student(StudentId("ana"), "Ana")])
    answers = []
    for method, path, body, headers in calls():
        if path == "/behavior":
            body["time"] = clock.stamp(clock.now())  # the page's own will be too old
        answer = ask(method, path, body, who="pilar/school_admin", school=school, headers=headers)
        answers.append((method, path, answer.status_code))
    assert answers == [
        ("PUT", "/event-types/reading_aloud", 201),
        ("POST", "/behavior", 202),
        ("PUT", "/event-types/page_view", 200),
        ("DELETE", "/event-types/page_view", 204),
    ]
    assert behavior.event_type("page_view").version == 0


def test_the_page_lists_the_built_in_types_with_their_fields() -> None:
    told: dict[str, set[str]] = {}
    for names, fields in ROWS.findall(PAGE):
        for name in re.findall(r"`(\w+)`", names):
            told[name] = set(re.findall(r"`(\w+)`", fields))
    for name, one in BUILT_IN.items():
        schema = json.loads(one.schema)
        named = set(schema.get("properties", {}))
        for field in schema.get("properties", {}).values():
            named |= set(field.get("enum", ()))
        assert told.pop(name) == named, name
    assert told == {}


def test_the_made_up_year_does_only_what_every_school_knows() -> None:
    assert set(people.TYPES) <= BUILT_IN.keys()
