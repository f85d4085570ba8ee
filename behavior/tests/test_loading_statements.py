"""Statements of the past: a thousand real ones of 2021, and files that operators load."""

from __future__ import annotations

import gzip
import json
import zlib
from collections import Counter
from io import StringIO
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command

from behavior import keys, services
from behavior.models import EventItem
from behavior.tests.stating import UUID4, statement, videos
from luca.aws import store
from luca.aws.queue import Received
from luca.kernel.ids import SchoolId, StudentId
from tenants import services as tenants
from tenants.domain import School, Student

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

OF_2021 = "2021-11-29T23:09:00.867Z"


def of_school(school: str, students: Iterable[str]) -> None:
    tenants.create_school(School(SchoolId(school), "Liceo"))
    tenants.add_students([Student(StudentId(one), "Ana") for one in students])


def deliver(messages: list[str], receives: int) -> services.Outcome:
    return services.ingest([Received(one, one, one, receives=receives, sent=0) for one in messages])


def found(students: Iterable[str]) -> list[EventItem]:
    """What a reader finds that knows nothing of the writer."""
    return [
        item
        for one in students
        for item in store.every(
            EventItem, keys.student(one), EventItem.sk.startswith("EVENT"), consistent=True
        )
    ]


def test_the_thousand_of_2021_are_stored_once_however_often_they_are_loaded(
    school: str, sent_messages: list[str]
) -> None:
    lines = videos()
    said = [json.loads(one) for one in lines]
    students = {one["actor"]["account"]["name"] for one in said}
    of_school(school, students)
    for attempt in (1, 2, 3):
        del sent_messages[:]
        loaded = services.backfill_statements(lines)
        assert (loaded.sent, loaded.refused) == (1000, [])
        outcome = deliver(sent_messages, receives=attempt)
        assert (outcome.refused, outcome.failed) == ([], [])
    items = found(students)
    assert Counter(item.pk.rpartition("#")[2] for item in items) == Counter(
        one["actor"]["account"]["name"] for one in said
    )
    assert {item.sk for item in items} == {
        f"EVENT#{one['timestamp'][:23]}Z#{one['id']}" for one in said
    }
    assert Counter(item.type for item in items) == {
        "video_played": 305,
        "video_paused": 303,
        "xapi_statement": 145,
        "video_seeked": 134,
        "session_started": 67,
        "resource_viewed": 31,
        "session_ended": 15,
    }
    assert {item.source for item in items} == {"backfill"}


def test_who_is_no_student_of_the_school_gets_nothing_loaded(
    school: str, sent_messages: list[str]
) -> None:
    of_school(school, ["ana"])
    loaded = services.backfill_statements([line(), line(actor={"account": {"name": "eva"}})])
    assert loaded.sent == 1
    assert loaded.refused == [(1, "actor.account.name: Is no student of this school.")]
    assert len(sent_messages) == 1


def line(**changes: Any) -> bytes:
    return json.dumps(statement(**{"timestamp": OF_2021, **changes})).encode()


REFUSED = [
    ("no time", line(timestamp=...), "timestamp: Is required of a statement of the past."),
    ("before 1970", line(timestamp="1969-12-31T23:59:59Z"), "timestamp: Is before 1970."),
    ("to come", line(timestamp="2999-01-01T00:00:00Z"), "timestamp: Is in the future."),
    ("no JSON", b"{", "The statement is not JSON that can be stored."),
    ("nobody", line(actor=...), "actor: Is required."),
    (
        "an id that is taken",
        line(id=UUID4, verb={"id": "http://a.mx/b"}),
        "id: Names another statement too.",
    ),
]


@pytest.mark.parametrize(
    ("text", "reason"), [one[1:] for one in REFUSED], ids=[one[0] for one in REFUSED]
)
def test_one_that_cannot_be_loaded_is_named_and_the_others_are_sent(
    school: str, sent_messages: list[str], text: bytes, reason: str
) -> None:
    of_school(school, ["ana"])
    loaded = services.backfill_statements([line(id=UUID4), text, line()])
    assert (loaded.sent, loaded.refused) == (2, [(1, reason)])
    assert deliver(sent_messages, receives=1).refused == []
    assert len(found(["ana"])) == 2


def test_a_type_that_the_school_switched_off_is_refused_by_its_verb(
    school: str, sent_messages: list[str]
) -> None:
    of_school(school, ["ana"])
    services.define_type(
        "video_played", labels=("Video", "Video"), schema={"type": "object"}, active=False, seen=0
    )
    loaded = services.backfill_statements([line()])
    assert loaded.refused == [(0, "verb.id: Is not defined in this school.")]
    assert sent_messages == []


def test_statements_without_ids_are_the_same_ones_when_they_are_loaded_again(
    school: str, sent_messages: list[str]
) -> None:
    of_school(school, ["ana"])
    for lines in ([line(), line(result={"success": True})], [line(result={"success": True})]):
        services.backfill_statements(lines)
    deliver(sent_messages, receives=1)
    assert len(found(["ana"])) == 2


def load(path: Path, school: str, *more: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    try:
        call_command("load_statements", path, "--school", school, *more, stdout=out, stderr=err)
    except CommandError as error:
        err.write(f"{error}\n")
    return out.getvalue(), err.getvalue()


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_an_operator_loads_a_file(
    school: str, sent_messages: list[str], tmp_path: Path, pack: Any
) -> None:
    of_school(school, ["ana"])
    path = tmp_path / "statements"
    path.write_bytes(pack(line() + b"\n\n" + line(actor={"mbox": "mailto:x@y.mx"}) + b"\n"))
    dry, _ = load(path, school, "--dry-run")
    assert "Would have been done: 1 statements sent, 1 refused" in dry
    assert sent_messages == []
    out, err = load(path, school)
    assert out == "1 statements sent, 1 refused\n"
    assert err.splitlines() == [
        "line 3: actor.mbox: Names nobody here: a student is known by account.name alone.",
        "Some statements were refused.",
    ]
    assert len(sent_messages) == 1


@pytest.mark.parametrize("text", [b"\x1f\x8bnot gzip", None])
def test_a_file_that_cannot_be_read_is_one_line(
    school: str, tmp_path: Path, text: bytes | None
) -> None:
    of_school(school, ["ana"])
    path = tmp_path / "statements"
    if text is not None:
        path.write_bytes(text)
    out, err = load(path, school)
    assert out == ""
    assert "cannot be read (" in err
    assert len(err.splitlines()) == 1


LINES = b"".join(line(id=str(UUID(int=n))) + b"\n" for n in range(2000))
WHOLE = gzip.compress(LINES)
NO_BLOCK = b"\xff"  # where a block of deflate begins


def begun(text: bytes) -> bytes:
    """Gzip up to the end of a block."""
    packer = zlib.compressobj(wbits=31)
    return packer.compress(text) + packer.flush(zlib.Z_FULL_FLUSH)


@pytest.mark.parametrize(
    ("damaged", "error"),
    [
        (WHOLE[:-9], "EOFError"),
        (WHOLE[: len(WHOLE) // 2], "EOFError"),
        (WHOLE[:-8] + bytes(8), "BadGzipFile"),
        (begun(LINES) + NO_BLOCK, "BadGzipFile"),
        (begun(b"") + NO_BLOCK, "BadGzipFile"),
    ],
)
def test_of_a_damaged_file_one_line_says_how_far_it_could_be_read(
    school: str, sent_messages: list[str], tmp_path: Path, damaged: bytes, error: str
) -> None:
    of_school(school, ["ana"])
    path = tmp_path / "statements"
    path.write_bytes(damaged)
    with pytest.raises(CommandError) as told:
        call_command("load_statements", path, "--school", school, stdout=StringIO())
    assert told.value.returncode == 1
    said = str(told.value)
    assert said.endswith(f" ({error}).")
    assert len(said.splitlines()) == 1
    assert bool(sent_messages) == ("after line" in said)
