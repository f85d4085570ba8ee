"""What is refused of a school's events is told to its admins, who may have it tried again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from behavior import services
from behavior.repository import refused as repository
from behavior.services import types
from behavior.services.refused import TASK, WORK
from behavior.tests.deliveries import message, sent, stored
from behavior.tests.operators import asked, refused
from behavior.tests.test_refusals import not_ours
from luca.aws import job_lists, jobs, queue
from luca.kernel import clock, context
from luca.kernel.errors import Forbidden, Invalid, NotFound, Unavailable
from luca.kernel.ids import SchoolId, StudentId
from tenants import services as tenants
from tenants.domain import School, Student

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from behavior.domain import RefusedEvent

    ActingAs = Callable[[str], AbstractContextManager[None]]


@pytest.fixture
def liceo(school: str) -> Iterator[str]:
    """A school whose admin Rosa acts, and another one that has its own refusals."""
    for name in (school, f"{school}-2"):
        with context.entered(school=name):
            tenants.create_school(School(SchoolId(name), "Liceo"))
            tenants.add_students([Student(StudentId(one), one.title()) for one in ("ana", "luis")])
    with context.entered(school=school, actor="rosa", groups=frozenset({"school_admin"})):
        yield school


@pytest.fixture
def buried(acting_as: ActingAs, liceo: str) -> str:
    """Three events of two messages that the consumer gave up, and one of the other school."""
    types._fresh._known.clear()
    refused(
        acting_as,
        message(
            sent(type="moon_walk", metadata={"steps": 3}),
            sent(student="luis"),
            school=liceo,
            request="m1",
        ),
        message(sent(type="moon_walk", student="ana"), school=liceo, request="m2"),
        message(sent(type="moon_walk"), school=f"{liceo}-2", request="m3"),
    )
    return liceo


def listed(code: str = "") -> list[RefusedEvent]:
    found, following = services.refused_events(code=code)
    assert following is None
    return found


def moon_walk() -> None:
    services.define_type(
        "moon_walk", labels=("Paseo lunar", "Moon walk"), schema={"type": "object"}
    )
    types._fresh._known.clear()


def test_a_school_reads_its_own_refusals_event_by_event(buried: str) -> None:
    found = listed()
    assert sorted((one.code, one.type, one.student) for one in found) == [
        ("not_allowed", "login", "luis"),
        ("unknown_type", "moon_walk", "ana"),
        ("unknown_type", "moon_walk", "ana"),
    ]
    (foreign,) = listed("not_allowed")
    assert foreign.reason == "student: Is not a student you may record for."
    with context.entered(school=f"{buried}-2", actor="eva", groups=frozenset({"school_admin"})):
        (other,) = listed()
    assert other.id not in {one.id for one in found}


@pytest.mark.usefixtures("buried")
def test_what_was_said_of_an_event_can_be_read() -> None:
    said = [services.content_of(one) for one in listed("unknown_type")]
    assert {"steps": 3} in [metadata for _, metadata in said]
    assert all(when for when, _ in said)


@pytest.mark.usefixtures("buried")
def test_they_are_read_page_by_page() -> None:
    seen: list[str] = []
    after: str | None = None
    for _ in range(4):
        page, after = services.refused_events(1, after)
        seen += [one.place for one in page]
        if after is None:
            break
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 3


def test_a_delivery_that_comes_twice_is_listed_once(acting_as: ActingAs, liceo: str) -> None:
    bad = message(sent(student="luis"), sent(student="luis", type="page_view"), school=liceo)
    refused(acting_as, bad)
    with clock.stopped(clock.now() + timedelta(minutes=3)):
        refused(acting_as, replace(bad, receipt="again"))
        assert len(listed()) == 2


def test_when_the_cause_is_mended_they_are_stored_once_and_leave_the_list(buried: str) -> None:
    moon_walk()
    places = [one.place for one in listed()]
    done = services.redrive_refused(places)
    assert (done.stored, done.refused, done.failed, done.gone) == (2, 1, 0, 0)
    assert [one.type for one in stored()] == ["moon_walk", "moon_walk"]
    (left,) = listed()
    assert (left.code, left.tries) == ("not_allowed", 1)
    again = services.redrive_refused(places)
    assert (again.stored, again.refused, again.gone) == (0, 1, 2)
    assert len(stored()) == 2
    asked("redrive", "--school", buried, "--reason", "unknown_type")  # the operators' own
    assert len(stored()) == 2


def test_no_school_redrives_another_s(buried: str) -> None:
    with context.entered(school=f"{buried}-2", actor="eva", groups=frozenset({"school_admin"})):
        (other,) = listed()
    moon_walk()
    done = services.redrive_refused([other.place])
    assert (done.stored, done.gone) == (0, 1)
    with context.entered(school=f"{buried}-2", actor="eva", groups=frozenset({"school_admin"})):
        assert listed() == [other]
        assert stored() == []


def test_a_message_that_names_another_school_is_not_tried(buried: str) -> None:
    moon_walk()
    one = listed("unknown_type")[0]
    foreign = message(sent(), school=f"{buried}-2").body
    repository.keep_refused([replace(one, body=foreign)])
    assert services.redrive_refused([one.place]).refused == 1
    with context.entered(school=f"{buried}-2"):
        assert stored() == []


@pytest.mark.usefixtures("buried")
def test_a_busy_table_leaves_them_for_later(monkeypatch: pytest.MonkeyPatch) -> None:
    moon_walk()
    places = [one.place for one in listed("unknown_type")]

    def busy(_events: Any) -> None:
        raise Unavailable("The table is busy.")

    with monkeypatch.context() as patched:
        patched.setattr("behavior.repository.save", busy)
        assert services.redrive_refused(places).failed == 2
    assert len(listed()) == 3
    assert services.redrive_refused(places).stored == 2


@pytest.mark.usefixtures("buried")
def test_a_page_of_one_reason_is_as_full_as_any() -> None:
    moon, after = services.refused_events(1, code="unknown_type")
    rest, end = services.refused_events(1, after, code="unknown_type")
    assert [one.code for one in [*moon, *rest]] == ["unknown_type"] * 2
    assert moon != rest
    assert end is None
    (foreign,) = services.refused_events(1, code="not_allowed")[0]
    assert foreign.code == "not_allowed"


def test_a_worker_that_was_killed_stores_nothing_twice(
    buried: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "enqueue", lambda *_args, **_more: None)
    moon_walk()
    job = services.ask_to_redrive("unknown_type")

    def killed(_place: str) -> None:
        raise KeyboardInterrupt  # stored, and still in the list

    with context.entered(school=buried):
        with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
            patched.setattr("behavior.repository.refused.forget_refused", killed)
            jobs.run(job.id, services.redrive_as_asked)
        jobs.run(job.id, services.redrive_as_asked)
    assert [one.type for one in stored()] == ["moon_walk", "moon_walk"]
    assert [one.code for one in listed()] == ["not_allowed"]
    assert services.redrive_job(job.id).data["stored"] == 2


def test_a_worker_tries_all_of_one_reason(buried: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sent_tasks: list[tuple[str, Any]] = []
    monkeypatch.setattr(queue, "enqueue", lambda task, **more: sent_tasks.append((task, more)))
    job = services.ask_to_redrive("unknown_type")
    assert sent_tasks == [(TASK, {"job": job.id})]
    moon_walk()
    with context.entered(school=buried):
        jobs.run(job.id, services.redrive_as_asked)
    (told,) = job_lists.recent(WORK)
    assert told.data == {"stored": 2, "refused": 0, "failed": 0, "by_reason": {}}
    assert [one.code for one in listed()] == ["not_allowed"]


def test_what_operators_send_again_leaves_the_school_s_list(buried: str) -> None:
    moon_walk()
    asked("redrive", "--school", buried, "--reason", "unknown_type")
    assert [one.code for one in listed()] == ["not_allowed"]


@pytest.mark.parametrize("groups", [("teacher",), ("student",), ("platform_admin",)])
def test_only_admins_see_and_redrive(buried: str, groups: tuple[str, ...]) -> None:
    place = listed()[0].place
    with context.entered(school=buried, actor="tere", groups=frozenset(groups)):
        for act in (
            services.refused_events,
            lambda: services.refused_several([place]),
            lambda: services.redrive_refused([place]),
            services.ask_to_redrive,
        ):
            with pytest.raises(Forbidden):
                act()


@pytest.mark.usefixtures("liceo")
def test_what_cannot_be_asked_is_refused() -> None:
    with pytest.raises(Invalid):
        services.refused_events(code="whatever")
    with pytest.raises(Invalid):
        services.ask_to_redrive("whatever")
    with pytest.raises(NotFound):
        services.refused_events(after="a#b")
    with pytest.raises(Invalid):
        services.redrive_refused(["x"] * 101)
    assert services.refused_several(["a#b", ""]) == []


@pytest.mark.parametrize(
    "kind", [kind for kind in not_ours("any") if kind != "empty"]
)  # SQS keeps no letter without a body
def test_whatever_is_refused_of_a_school_is_in_its_list(
    acting_as: ActingAs, liceo: str, kind: str
) -> None:
    bad, reason = not_ours(liceo)[kind]
    refused(acting_as, bad)
    found = listed()
    if kind in {"no school", "a school that is a pattern"} or not found:
        assert found == [], "nobody can tell whose it is"
        return
    assert {one.reason for one in found} == {reason}


def test_the_queue_goes_on_when_a_school_cannot_be_told(
    acting_as: ActingAs, liceo: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Any) -> None:
        raise Unavailable("The table is busy.")

    monkeypatch.setattr("behavior.repository.refused.keep_refused", broken)
    refused(acting_as, message(sent(student="luis"), school=liceo))
    assert listed() == []
    assert "not_allowed" in asked("letters", "--school", liceo)


def test_good_events_cost_nothing_more(
    acting_as: ActingAs, liceo: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("behavior.services.refused.tell_schools", _only_nobody)
    with acting_as("consumer"):
        outcome = services.ingest([message(sent(), school=liceo)])
        assert services.bury(outcome.letters) == []


def _only_nobody(letters: Any) -> None:
    assert list(letters) == []


@pytest.mark.usefixtures("buried")
def test_they_are_gone_when_the_queue_s_letters_are() -> None:
    with clock.stopped(clock.now() + timedelta(days=14, minutes=1)):
        assert listed() == []
