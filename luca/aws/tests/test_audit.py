import re
import threading
from datetime import UTC, datetime
from typing import Any

import pytest

from luca.aws import audit, looks, store
from luca.aws.audit import Action, AuditItem
from luca.aws.store import Transaction
from luca.kernel import clock, context

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("moto_table")


@pytest.fixture(autouse=True)
def _fresh() -> None:
    audit._looks.forget()


def entries() -> list[AuditItem]:
    return list(store.every(AuditItem, audit.day(NOON.date())))


def test_an_entry_says_who_did_what_about_what_and_why() -> None:
    with (
        clock.stopped(NOON),
        context.entered(
            school="north", actor="ada", groups=frozenset({"teacher"}), correlation_id="c-12345678"
        ),
    ):
        audit.record(Action.SIGNED_IN, "person:ada", reason="Porque sí", method="totp")
        (entry,) = entries()

    assert (entry.actor, entry.groups, entry.about) == ("ada", "teacher", "person:ada")
    assert (entry.action, entry.at, entry.reason) == ("session.signed_in", NOON, "Porque sí")
    assert (entry.correlation_id, entry.details) == ("c-12345678", {"method": "totp"})
    assert entry.ttl is None


def test_two_acts_in_one_millisecond_are_two_entries() -> None:
    with clock.stopped(NOON):
        audit.record(Action.SIGNED_IN, "person:ada")
        audit.record(Action.SIGNED_IN, "person:ada")

        assert len(entries()) == 2


def test_an_entry_and_its_act_happen_together_or_not_at_all() -> None:
    work = Transaction()
    with clock.stopped(NOON):
        work.check(AuditItem, audit.day(NOON.date()), "never", AuditItem.pk.exists())
        audit.join(work, Action.SIGNED_OUT, "person:ada")
        with pytest.raises(store.ConditionFailed):
            work.commit()

        assert entries() == []


def test_looking_twice_is_recorded_once_for_each_person() -> None:
    with clock.stopped(NOON):
        for actor in ("ada", "ada", "blas"):
            with context.entered(school="north", actor=actor):
                audit.seen("profile", "student:carla")

        assert sorted(entry.actor for entry in entries()) == ["ada", "blas"]


def test_a_look_that_cannot_be_written_stops_nobody_and_is_written_next_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object) -> None:
        raise store.Busy

    with clock.stopped(NOON), context.entered(school="north", actor="ada"):
        with monkeypatch.context() as patch:
            patch.setattr(store, "put", broken)
            audit.seen("profile", "student:carla")
        assert entries() == []

        audit.seen("profile", "student:carla")
        assert len(entries()) == 1


def test_an_act_that_cannot_be_recorded_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise store.Busy

    monkeypatch.setattr(store, "put", broken)
    with pytest.raises(store.Busy):
        audit.record(Action.RULES_PUBLISHED, "subject:maths")


def test_a_look_is_written_beside_the_reads_and_before_the_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(looks, "LONGEST_WAIT", 60)
    written: list[str] = []
    monkeypatch.setattr(store, "put", lambda item, *_: written.append(item.details["what"]))
    with context.entered(school="north", actor="ada"), audit.settled():
        audit.seen("profile", "student:carla")
        audit.seen("events", "student:carla")

    assert sorted(written) == ["events", "profile"]


def test_a_slow_store_holds_an_answer_up_for_a_moment_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(looks, "LONGEST_WAIT", 0.05)
    free = threading.Event()
    monkeypatch.setattr(store, "put", lambda *_: free.wait(10))
    with context.entered(school="north", actor="ada"), audit.settled():
        audit.seen("profile", "student:carla")

    assert not free.is_set()  # the answer is out, and nothing has let the write go on
    free.set()


@pytest.mark.parametrize(
    ("service", "actor", "said"),
    [("api", "ada", "ada"), ("cli", None, "operator"), ("worker", None, "luca")],
)
def test_nobody_in_particular_has_a_name_too(
    settings: Any, service: str, actor: str | None, said: str
) -> None:
    settings.SERVICE = service
    with clock.stopped(NOON), context.entered(school="north", actor=actor):
        audit.record(Action.GRADES_CONSOLIDATED, "period:2026-1")
        (entry,) = entries()

    assert (entry.actor, entry.source) == (said, service)


def test_every_action_has_a_label_in_both_languages() -> None:
    for action in Action:
        assert re.fullmatch(r"[a-z_]+\.[a-z_]+", action.value)
        assert action.es[0].isupper()
        assert action.en[0].isupper()


@pytest.mark.parametrize(
    ("about", "details"),
    [
        ("ada", {}),
        ("student:Ada Núñez", {}),
        ("student:ada@norte.example", {}),
        ("student:ada", {"email": "ada@norte.example"}),
        ("student:ada", {"curp": "NUPA100101MDFXXX09"}),
        ("student:ada", {"name": "Núñez"}),
        ("student:ada", {"name": "Ada Lopez"}),
        ("student:NUPA100101MDFXXX09", {}),
    ],
)
def test_names_addresses_and_curps_are_refused(about: str, details: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"kind:id|audited id|detail"):
        audit.record(Action.SIGNED_IN, about, **details)
