"""A school under a legal hold loses nothing, and says so."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from lake import services
from lake.repository import erasures
from luca.aws import audit, store
from luca.kernel import clock, context
from luca.kernel.errors import Conflict, Invalid, NotFound
from luca.kernel.ids import SchoolId
from tenants import services as tenants
from tenants.domain import School

pytestmark = pytest.mark.usefixtures("school")


def order(person: str) -> None:
    work = store.Transaction()
    services.order_erasure(work, person, until=clock.now(), certificate="c1", keeps=())
    store.patiently(work)


def told(*words: str) -> str:
    out = StringIO()
    call_command("lake", "hold", *words, stdout=out)
    return out.getvalue()


def test_orders_to_erase_wait_as_long_as_the_school_is_held() -> None:
    order("ana")
    services.hold("AMP-12/2026")
    order("ben")

    assert erasures.orders() == ()
    assert len(erasures.open_ones()) == 2
    assert "it waits: a legal hold (AMP-12/2026) keeps all" in services.said_of_an_order()

    assert services.release().case == "AMP-12/2026"
    assert {one.person for one in erasures.orders()} == {"ana", "ben"}
    assert services.said_of_an_order() == "recorded for its next compaction"


def test_a_hold_of_one_school_is_nobody_elses() -> None:
    services.hold("AMP-12/2026")
    with context.entered(school=SchoolId("school-beside")):
        order("cleo")
        assert services.held() is None
        assert [one.person for one in erasures.orders()] == ["cleo"]


def test_a_second_hold_is_refused_and_the_first_one_stays() -> None:
    first = services.hold("AMP-12/2026")

    with pytest.raises(Conflict, match="held already, since"):
        services.hold("AMP-13/2026")
    there = services.held()
    assert there is not None
    assert there.case == first.case


def test_what_nothing_holds_cannot_be_released() -> None:
    with pytest.raises(NotFound):
        services.release()


@pytest.mark.parametrize("case", ["", "case of Ana Núñez", "x" * 65, "/12", "a\nb"])
def test_a_case_is_a_number_and_no_sentence_that_could_name_somebody(case: str) -> None:
    with pytest.raises(Invalid):
        services.hold(case)
    assert services.held() is None


def test_holding_and_releasing_stand_in_the_audit_log() -> None:
    services.hold("AMP-12/2026")
    services.release()

    acts = [one for one in audited() if one.action.startswith("lake.")]
    assert [(one.action, one.details) for one in acts] == [
        ("lake.held", {"case": "AMP-12/2026"}),
        ("lake.released", {"case": "AMP-12/2026"}),
    ]


def audited() -> list[Any]:
    return list(store.every(audit.AuditItem, audit.day(clock.now().date())))


@pytest.mark.slow
def test_an_operator_holds_shows_and_releases(school: str) -> None:
    with context.entered():
        tenants.create_school(School(SchoolId(school), "Colegio Norte"))
        assert told("--school", school) == "Nothing is held.\n"
        dry = told("--school", school, "--case", "AMP-12", "--dry-run")
        assert dry == f"{school} is not held; it would be held.\n"
        assert told("--school", school) == "Nothing is held.\n"
        assert f"{school} is held since" in told("--school", school, "--case", "AMP-12")
        shown = json.loads(told("--json"))
        assert school in {one["school_id"] for one in shown}
        assert "held no more" in told("--school", school, "--release")
        with pytest.raises(CommandError, match="Nothing holds"):
            told("--school", school, "--release")
        with pytest.raises(CommandError, match="no school"):
            told("--school", "nowhere", "--case", "AMP-12")
        with pytest.raises(CommandError, match="which school"):
            told("--release")
