"""Compaction of a whole school, in the bucket, with the school's own credentials."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from lake import services, tasks
from lake.repository import erasures, partitions, schema
from lake.tests.making import counted, event, grade, grades, october, write
from luca.aws import lake, queue, storage, store
from luca.kernel import clock, context
from luca.kernel.errors import Conflict, Invalid, NotFound
from luca.kernel.ids import SchoolId, uuid7
from tenants import services as tenants
from tenants.domain import School

pytestmark = pytest.mark.usefixtures("school")
LATER = datetime(2026, 11, 1, tzinfo=UTC)
As = Callable[[str], AbstractContextManager[None]]


def ago(hours: int) -> datetime:
    return clock.now() - timedelta(hours=hours)


def erase(person: str) -> None:
    work = store.Transaction()
    services.order_erasure(work, person, until=LATER, certificate="c1", keeps=["2026-1"])
    store.patiently(work)


@pytest.fixture
def listed(school: str) -> str:
    """A school that the directory lists."""
    tenants.create_school(School(SchoolId(school), "North"))
    return school


def test_a_worker_compacts_every_partition_of_the_school_of_its_message(
    school: str, acting_as: As
) -> None:
    for number in range(3):
        write(october(), f"e{number}", [event(number)])
        write(grades(), f"g{number}", [grade(number)])
    asked = {hours: f"analytics/of/{uuid7(ago(hours))}.json" for hours in (0, 2)}
    for name in asked.values():
        storage.write(name, b"{}")

    tasks.compact.push_request(id="id-1", school_id=school)
    try:
        with acting_as("worker"), context.entered(school=None):
            tasks.compact()
    finally:
        tasks.compact.pop_request()

    assert [len(lake.files(one)) for one in (october(), grades())] == [2, 2]  # with the manifest
    assert all(one.is_nothing for one in services.compact().done)
    assert counted(october()) == [event(number) for number in range(3)]
    assert services.answers_kept() == [asked[0]]


def test_an_erasure_is_carried_out_in_every_file_and_letter_and_remembered(school: str) -> None:
    write(october(), "a", [event(1, "ana"), event(2, "beto")])
    write(grades(), "a", [grade(1, "ana"), grade(2, "ana", kind="evaluation"), grade(3, "beto")])
    dead = f"dlq/school_id={school}/"
    for who in ("ana", "anabel"):
        letter = {"reason": "", "record": {"pk": f"TENANT#{school}#STUDENT#{who}"}}
        lake.write(f"{dead}{who}.json", json.dumps(letter).encode())
    lake.write(f"{dead}damaged/x.parquet", b"of nobody knows whom")
    erase("ana")

    report = services.compact()

    assert sum(one.erased for one in report.done) == 2
    assert report.letters == 2
    assert counted(october()) == [event(2, "beto")]
    assert counted(grades()) == [grade(1, "ana"), grade(3, "beto")]
    assert list(lake.files(dead, keeper=True)) == [f"{dead}anabel.json"]
    assert lake.files(f"{dead}damaged/", keeper=True) == {}
    assert erasures.open_ones() == ()
    assert len(erasures.orders()) == 1


def test_an_order_stays_open_while_a_partition_cannot_be_done() -> None:
    write(october(), "a", [event(1, "ana")])
    lake.write(f"{grades()}b.parquet", (lake.read(f"{october()}a.parquet") or b""))
    erase("ana")

    report = services.compact()

    assert list(report.failed) == [grades()]
    assert [one.person for one in erasures.open_ones()] == ["ana"]
    assert counted(october()) == []


def test_what_comes_after_an_erasure_was_carried_out_obeys_it_too(school: str) -> None:
    erase("ana")
    services.compact()
    write(october(), "late", [event(1, "ana"), event(2, "beto")])
    dead = f"dlq/school_id={school}/"
    for who in ("ana", "beto"):
        letter = {"reason": "", "record": {"pk": f"TENANT#{school}#STUDENT#{who}"}}
        lake.write(f"{dead}{who}.json", json.dumps(letter).encode())
    lake.write(f"{dead}damaged/x.parquet", b"evidence")

    services.compact()

    assert counted(october()) == [event(2, "beto")]
    assert list(lake.files(dead, keeper=True)) == [f"{dead}beto.json"]
    assert len(lake.files(f"{dead}damaged/", keeper=True)) == 1


def test_while_a_school_is_held_files_are_merged_and_nobody_is_erased() -> None:
    write(october(), "a", [event(1, "ana")])
    write(october(), "b", [event(2, "ana")])
    lake.write(f"dlq/school_id={context.school()}/damaged/x.parquet", b"evidence")
    erase("ana")
    services.hold("AMP-12/2026")

    held = services.compact()

    assert (held.done[0].files, held.letters) == ((2, 1), 0)
    assert counted(october()) == [event(1, "ana"), event(2, "ana")]

    services.release()
    after = services.compact()

    assert (after.done[0].erased, after.letters) == (2, 1)
    assert counted(october()) == []


def test_a_hold_that_comes_while_a_school_is_compacted_counts_from_the_next_partition_on() -> None:
    write(october(), "a", [event(1, "ana")])
    write(grades(), "a", [grade(1, "ana", kind="evaluation")])
    erase("ana")

    def held_behind_the_first(done: int, _: int) -> None:
        if done == 1 and services.held() is None:
            services.hold("AMP-12/2026")

    report = services.compact(tell=held_behind_the_first)

    assert [one.erased for one in report.done] == [1, 0]
    assert [one.person for one in erasures.open_ones()] == ["ana"]

    services.release()
    services.compact()
    assert erasures.open_ones() == ()
    assert counted(grades()) == []


def test_one_partition_is_named_as_people_say_it() -> None:
    write(october(), "a", [event(1)])
    write(grades(), "a", [grade(1)])

    assert [one.folder for one in services.compact("events/2026-10").done] == [october()]
    assert [one.folder for one in services.compact("grades/2026").done] == [grades()]
    with pytest.raises(NotFound):
        services.compact("events/2026-09")
    with pytest.raises(Invalid):
        services.compact("../2026")


def test_the_command_says_what_became_of_each_partition(listed: str) -> None:
    write(october(), "a", [event(1), event(2)])
    write(october(), "b", [event(2)])
    told = StringIO()

    call_command("lake", "compact", "--school", listed, "--dry-run", stdout=told)
    call_command("lake", "compact", "--school", listed, stdout=told)
    call_command("lake", "compact", "--school", listed, stdout=told)

    lines = told.getvalue().splitlines()
    assert "2 files would become 1" in lines[0]
    assert "2 rows, 1 duplicates and 0 erased rows left out" in lines[2]
    assert lines[-1] == f"{listed}: 1 partitions, 1 of them as they should be"


def test_the_command_fails_when_something_was_set_aside(listed: str) -> None:
    lake.write(f"{october()}a.parquet", b"PAR1 but no more")
    told = StringIO()

    with pytest.raises(CommandError, match="see above"):
        call_command("lake", "compact", "--school", listed, stdout=told)

    assert f"{october()}a.parquet: set aside, damaged" in told.getvalue()
    with pytest.raises(CommandError, match="no school"):
        call_command("lake", "compact", "--school", "nowhere")
    with pytest.raises(CommandError, match="needs --school"):
        call_command("lake", "compact", "--partition", "grades/2026")


def test_a_compacted_file_that_somebody_deleted_stops_its_folder_until_it_is_given_up(
    listed: str,
) -> None:
    write(october(), "a", [event(1)])
    services.compact()
    (name,) = partitions.live(october())
    lake.delete([name])
    write(october(), "b", [event(2)])
    told = StringIO()
    one = ("lake", "compact", "--school", listed, "--partition", "events/2026-10")

    with pytest.raises(CommandError, match="see above"):
        call_command(*one, stdout=told)
    call_command(*one, "--give-up-missing", stdout=told)

    lines = told.getvalue().splitlines()
    assert "lacks a file that its manifest names" in lines[0]
    assert lines[2] == f"events/2026-10: {name.removeprefix(october())} is given up"
    assert counted(october()) == [event(2)]


def test_every_night_each_school_s_compaction_is_asked_of_a_worker(
    listed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def enqueue(task: str, *, group: str) -> None:
        asked.append((task, context.school(), group))

    monkeypatch.setattr(queue, "enqueue", enqueue)

    services.compact_nightly()

    assert ("lake.compact", listed, listed) in asked


def test_a_program_whose_schema_lost_a_column_may_not_write(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    services.check_definition()
    services.check_definition()
    (before,) = [one for one in [schema.recorded()] if one]
    lost = {name: {"pk": ["string", "Keys.PK.S", "1"]} for name in ("events", "grades")}
    monkeypatch.setattr("lake.rules.schema.shape", lambda _: lost)

    with pytest.raises(Conflict, match=r"The column events\.sk is gone"):
        services.check_definition()

    after = schema.recorded()
    assert after is not None
    assert after.shape == before.shape
