"""What an xAPI statement becomes, and which are refused. Ana is a student of liceo-1."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from behavior import rules
from behavior.domain import Event, Refusal, Sent
from behavior.rules.verbs import COMPLETIONS, OTHER, VERBS, event_type
from behavior.tests.making import LOADED
from behavior.tests.stating import (
    ADL,
    SOMEBODY,
    UUID4,
    VIDEO,
    fields,
    read,
    specified,
    statement,
    taken,
    videos,
)
from luca.kernel.errors import Malformed

KINDS = "http://adlnet.gov/expapi/activities/"


def test_a_statement_becomes_an_event() -> None:
    found = taken(
        id=UUID4.upper(),
        timestamp="2026-11-21T02:29:00.123456-06:00",
        result={"score": {"scaled": 0.5}, "success": True, "duration": "PT9S"},
        context={"registration": UUID4, "contextActivities": {"parent": {"id": "course:7"}}},
    )
    assert found == Sent(
        type="video_played",
        student="ana",
        time="2026-11-21T08:29:00.123Z",
        source="xapi",
        metadata={
            "verb": f"{VIDEO}played",
            "object": {"id": "http://lms.example.mx/videos/7"},
            "result": {"score": {"scaled": 0.5}, "success": True, "duration": "PT9S"},
            "context": {
                "registration": UUID4,
                "contextActivities": {"parent": [{"id": "course:7"}]},
            },
        },
        event_id=UUID4,
    )


def test_a_statement_without_time_and_id_leaves_them_to_the_door() -> None:
    assert (taken().time, taken().event_id) == ("", None)


def test_saying_what_goes_without_saying_changes_nothing() -> None:
    spelled_out = taken(
        actor={**SOMEBODY, "objectType": "Agent"},
        object={"id": "http://lms.example.mx/videos/7", "objectType": "Activity"},
        version="1.0.0",
        context={},
        stored="2026-11-21T08:29:00Z",
        authority={"mbox": "mailto:lms@example.mx"},
    )
    assert spelled_out == taken()


@pytest.mark.parametrize(
    ("verb", "activity", "kind"),
    [
        (f"{VIDEO}played", "", "video_played"),
        (f"{VIDEO}paused", "", "video_paused"),
        (f"{VIDEO}seeked", "", "video_seeked"),
        (f"{ADL}initialized", "", "session_started"),
        (f"{ADL}terminated", "", "session_ended"),
        (f"{ADL}passed", "", "quiz_completed"),
        (f"{ADL}failed", "", "quiz_completed"),
        (f"{ADL}experienced", "", "resource_viewed"),
        ("http://id.tincanapi.com/verb/viewed", "", "resource_viewed"),
        ("http://activitystrea.ms/schema/1.0/submit", "", "homework_submitted"),
        ("https://w3id.org/xapi/adl/verbs/logged-in", "", "login"),
        (f"{ADL}completed", "", "lesson_completed"),
        (f"{ADL}completed", f"{KINDS}course", "lesson_completed"),
        (f"{ADL}completed", f"{KINDS}assessment", "quiz_completed"),
        (f"{ADL}completed", "https://w3id.org/xapi/video/activity-type/video", "resource_viewed"),
        (f"{ADL}completed", "http://example.mx/a-hike", "xapi_statement"),
        (f"{ADL}attended", "", "xapi_statement"),
        ("http://example.mx/verbs/played", "", "xapi_statement"),
        ("https://adlnet.gov/expapi/verbs/initialized/", "", "session_started"),
    ],
)
def test_a_verb_chooses_the_type_of_event(verb: str, activity: str, kind: str) -> None:
    assert event_type(verb, activity) == kind
    of = {"id": "http://a.mx/7", "definition": {"type": activity} if activity else {}}
    assert taken(verb={"id": verb}, object=of).type == kind


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("nobody", {"actor": ...}, "actor"),
    ("a word as actor", {"actor": "ana"}, "actor"),
    ("an address", {"actor": {"mbox": "mailto:ana@example.mx"}}, "actor.mbox"),
    ("a hashed address", {"actor": {"mbox_sha1sum": "ebd31e95"}}, "actor.mbox_sha1sum"),
    ("an OpenID", {"actor": {"openid": "http://ana.example.mx"}}, "actor.openid"),
    ("two names", {"actor": {**SOMEBODY, "mbox": "mailto:a@b.mx"}}, "actor.mbox"),
    ("no name at all", {"actor": {"name": "Ana"}}, "actor.account"),
    ("an account of nobody", {"actor": {"account": {"homePage": "x"}}}, "actor.account.name"),
    ("a key forged", {"actor": {"account": {"name": "ana#X"}}}, "actor.account.name"),
    ("an address as id", {"actor": {"account": {"name": "a@b.mx"}}}, "actor.account.name"),
    ("a group", {"actor": {**SOMEBODY, "objectType": "Group"}}, "actor"),
    ("members", {"actor": {**SOMEBODY, "member": []}}, "actor"),
    ("a robot", {"actor": {**SOMEBODY, "objectType": "Robot"}}, "actor.objectType"),
    ("no verb", {"verb": ...}, "verb"),
    ("a word as verb", {"verb": {"id": "played"}}, "verb.id"),
    ("a verb without id", {"verb": {"display": {"en": "played"}}}, "verb.id"),
    ("voiding", {"verb": {"id": f"{ADL}voided"}}, "verb.id"),
    ("no object", {"object": ...}, "object"),
    ("an object without id", {"object": {}}, "object.id"),
    ("a word as object", {"object": {"id": "video 7"}}, "object.id"),
    ("a reference", {"object": {"objectType": "StatementRef", "id": UUID4}}, "object.objectType"),
    ("a substatement", {"object": {"objectType": "SubStatement"}}, "object.objectType"),
    ("a person", {"object": {"objectType": "Agent", "mbox": "x"}}, "object.objectType"),
    ("people", {"object": {"objectType": "Group"}}, "object.objectType"),
    ("a bottle", {"object": {"objectType": "Bottle"}}, "object.objectType"),
    ("itself a part", {"objectType": "SubStatement"}, "objectType"),
    ("an id that is none", {"id": "7"}, "id"),
    ("a null id", {"id": None}, "id"),
    ("another xAPI", {"version": "2.0.0"}, "version"),
    ("an old xAPI", {"version": "0.95"}, "version"),
    ("yesterday", {"timestamp": "yesterday"}, "timestamp"),
    ("a time without a zone", {"timestamp": "2026-11-21T08:29:00"}, "timestamp"),
    ("a number as time", {"timestamp": 7}, "timestamp"),
    ("a score of 95", {"result": {"score": {"scaled": 95}}}, "result.score.scaled"),
    ("a word as success", {"result": {"success": "yes"}}, "result.success"),
    ("a list as context", {"context": []}, "context"),
    ("a parent without id", {"context": {"contextActivities": {"parent": [{}]}}},
     "context.contextActivities.parent.0.id"),
    ("a file within", {"attachments": [{"fileUrl": "http://a.mx"}, {"length": 9}]},
     "attachments.1"),
    ("too much to say", {"result": {"response": "x" * 8192}}, ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "field"), [one[1:] for one in REFUSED], ids=[one[0] for one in REFUSED]
)
def test_what_is_no_doing_of_a_student_is_refused_by_field(
    changes: dict[str, Any], field: str
) -> None:
    assert fields(read(statement(**changes))) == [field]


def test_everything_that_is_wrong_is_told_at_once() -> None:
    found = read({"actor": {"mbox": "x"}, "verb": {"id": 7}, "id": "7"})
    assert sorted(fields(found)) == ["actor.mbox", "id", "object", "verb.id"]


@pytest.mark.parametrize("text", [b"", b"{", b"7", b"[]", b"\xff", b'"\\ud800"', b"[" * 5000])
def test_what_is_no_object_is_no_statement(text: bytes) -> None:
    assert fields(rules.statement(text)) == [""]


@pytest.mark.parametrize("text", [b"", b"{", b"[", b"[]", b"[" + b"{}," * 50 + b"{}]"])
def test_a_body_holds_one_to_fifty(text: bytes) -> None:
    with pytest.raises(Malformed):
        rules.statements(text)


MAY_FAIL = {  # why the specification's own statements are refused, in their order
    0: ["actor.mbox", "verb.id", "object.objectType"],
    1: ["actor.mbox"],
    2: ["actor.mbox", "object.objectType"],
    3: ["actor.mbox", "object.objectType"],
    4: ["actor.mbox"],
    5: ["actor"],
    6: ["actor.mbox", "object.objectType", "objectType"],
    7: ["actor.mbox"],
    8: ["actor.mbox", "attachments.0"],
}


def test_the_specifications_statements_are_refused_for_these_reasons() -> None:
    assert {n: fields(read(one)) for n, one in enumerate(specified())} == MAY_FAIL


def test_by_a_student_four_of_them_are_taken() -> None:
    found = [read({**one, "actor": SOMEBODY}) for one in specified()]
    kinds = {n: one.type for n, one in enumerate(found) if isinstance(one, Sent)}
    assert kinds == {
        1: "xapi_statement",
        4: "xapi_statement",
        5: "xapi_statement",
        7: "resource_viewed",
    }


def test_nobody_of_the_specifications_meeting_is_kept() -> None:
    meeting = json.dumps({**specified()[5], "actor": SOMEBODY})
    found = rules.statement(meeting.encode())
    assert isinstance(found, Sent)
    kept = json.dumps(found.metadata)
    for person in ("Andrew Downes", "13936749", "Team PB", "teampb", "Kilby"):
        assert person in meeting
        assert person not in kept
    assert "example meeting" in kept
    assert "examplemeeting.one" in kept


def test_the_thousand_real_ones_are_all_taken() -> None:
    found = [rules.statement(one) for one in videos()]
    events = rules.read(msgspec.json.encode(found[:50]), replace(LOADED, statements=True))
    assert all(isinstance(one, Event) for one in events)
    assert Counter("refused" if isinstance(one, Refusal) else one.type for one in found) == {
        "video_played": 305,
        "video_paused": 303,
        "xapi_statement": 145,
        "video_seeked": 134,
        "session_started": 67,
        "resource_viewed": 31,
        "session_ended": 15,
    }


def test_the_manual_names_every_verb_and_what_it_becomes() -> None:
    manual = (Path(__file__).parents[2] / "docs" / "xapi.md").read_text()
    rows = [row for row in manual.splitlines() if row.startswith("| ")]
    for verb, kind in VERBS.items():
        word = verb.rpartition("/")[2]
        assert any(word in row and f"`{kind}`" in row for row in rows), verb
    for kind in COMPLETIONS.values():
        assert any(f"`{kind}`" in row for row in rows), kind
    assert {*VERBS.values(), *COMPLETIONS.values(), OTHER} <= rules.BUILT_IN.keys()
