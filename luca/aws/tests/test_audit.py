from datetime import UTC, datetime

import pytest

from luca.aws import audit, store
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


@pytest.mark.parametrize(
    ("about", "details"),
    [
        ("ada", {}),
        ("student:Ada Núñez", {}),
        ("student:ada@norte.example", {}),
        ("student:ada", {"email": "ada@norte.example"}),
        ("student:ada", {"curp": "NUPA100101MDFXXX09"}),
        ("student:ada", {"name": "Núñez"}),
    ],
)
def test_names_addresses_and_curps_are_refused(about: str, details: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"kind:id|audited id|detail"):
        audit.record(Action.SIGNED_IN, about, **details)
