"""Curves that are refused, and what two at once make of it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

import pytest

from grades import services
from grades.domain import Assessment, CurveWish, NewEvaluation, Status
from grades.repository import curves as repository
from grades.tests.cast import (
    ADA,
    AUTUMN,
    COURSE,
    ESSAY,
    EXAM,
    MATHS,
    given,
)
from grades.tests.curving import (
    BOSS,
    CURVE,
    FLAT,
    applied,
    consolidated,
    entries,
    results,
    undone,
    version,
)
from luca.api.tests.asking import Ask
from luca.aws import store
from luca.aws.audit import Action
from luca.kernel import context
from luca.kernel.errors import Conflict, Invalid, PreconditionFailed
from tenants import services as tenants

Act = Callable[[str, str], AbstractContextManager[None]]
pytestmark = pytest.mark.usefixtures("north")


def test_without_a_graded_result_there_is_nothing_to_adjust(send: Ask) -> None:
    services.add_assessment(COURSE, Assessment(EXAM, type="exam"))
    row = NewEvaluation(ADA, MATHS, AUTUMN, EXAM, Decimal(50), status=Status.PENDING)
    assert services.record(None, [row])[0].error is None
    for address in (CURVE, f"{CURVE}/preview"):
        body = {"kind": "flat", "amount": 5} | ({"reason": "Sí"} if address == CURVE else {})
        answer = send("POST", address, body, who=BOSS, headers={"If-Match": '"1"'})
        assert (answer.status_code, answer.json()["code"]) == (409, "curve_without_population")
    assert services.curve_events(COURSE, EXAM, 50, None) == ([], None)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "bell"}, "kind"),
        ({"amount": 5}, "kind"),
        ({"kind": "flat"}, "amount"),
        ({"kind": "flat", "amount": "NaN"}, "amount"),
        ({"kind": "flat", "amount": 101}, "amount"),
        ({"kind": "flat", "amount": -1}, "amount"),
        ({"kind": "flat", "amount": "1e400"}, "amount"),
        ({"kind": "flat", "amount": "1." + "1" * 40}, "amount"),
        ({"kind": "mean_sd", "amount": 70}, "deviation"),
        ({"kind": "flat", "amount": 5, "population": [1]}, "population"),
        ({"kind": "flat", "amount": 5, "reason": " "}, "reason"),
        ({"kind": "flat", "amount": 5, "reason": "x" * 501}, "reason"),
        ({"kind": "flat", "amount": 5, "reason": "Por Núñez"}, "reason"),
    ],
)
def test_what_cannot_be_a_curve_is_refused(send: Ask, body: dict[str, Any], field: str) -> None:
    results(50, 60)
    answer = send(
        "POST", CURVE, {"reason": "Difícil", **body}, who=BOSS, headers={"If-Match": '"1"'}
    )
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert (version(), services.curve_events(COURSE, EXAM, 50, None)[0]) == (1, [])


def test_only_zeros_have_no_factor(send: Ask) -> None:
    results(0, 0)
    answer = send("POST", f"{CURVE}/preview", {"kind": "maximum", "amount": 100}, who=BOSS)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "population")


def test_the_version_that_was_seen_is_needed(send: Ask) -> None:
    results(50)
    for address in (CURVE, f"{CURVE}/undo"):
        body = {"reason": "Sí"} | ({"kind": "sqrt"} if address == CURVE else {})
        answer = send("POST", address, body, who=BOSS)
        assert (answer.status_code, answer.json()["code"]) == (422, "version_missing")
        old = send("POST", address, body, who=BOSS, headers={"If-Match": '"7"'})
        assert old.status_code == 412


def test_who_may_curve(send: Ask) -> None:
    """Teresa teaches maths to 1a only: what changes 1b's results is not hers to decide."""
    results(50, 60, 70)
    services.add_assessment(COURSE, Assessment(ESSAY, type="exam", group="1a"))
    given(ADA, 40, ESSAY)
    own = CURVE.replace(EXAM, ESSAY)
    wish, tag = {"kind": "flat", "amount": 5, "reason": "Difícil"}, {"If-Match": '"1"'}
    for who, address, status in (
        ("teresa/teacher", CURVE, 403),
        ("teresa/teacher", own, 201),
        ("tomas/teacher", own, 403),
        ("arturo/teacher", own, 404),
        ("ada/student", own, 403),
        ("gloria/guardian", own, 403),
    ):
        assert send("POST", address, wish, who=who, headers=tag).status_code == status, who
        looked = send("GET", f"{address}/events", who=who)
        assert looked.status_code == (200 if status == 201 else status), who
    (event,) = send("GET", f"{own}/events").json()["items"]
    assert event["by"] == "teresa"


def test_a_closed_period_is_not_curved() -> None:
    results(50, 60)
    applied()
    services.consolidate(AUTUMN, close=True)
    for act in (applied, undone, lambda: services.preview_curve(COURSE, EXAM, FLAT)):
        with pytest.raises(Conflict) as refusal:
            act()
        assert refusal.value.code == "period_closed"


def test_a_closing_period_is_not_curved() -> None:
    results(50, 60)
    tenants.begin_closing(AUTUMN)
    with pytest.raises(Conflict) as refusal:
        applied()
    assert refusal.value.code == "period_closed"
    assert version() == 1


def test_a_period_that_begins_to_close_while_the_results_are_read_is_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    results(50, 60)
    real = repository.last

    def slow(*call: Any) -> int:
        tenants.begin_closing(AUTUMN)
        return real(*call)

    monkeypatch.setattr(repository, "last", slow)
    with pytest.raises(Conflict) as refusal:
        applied()
    assert (refusal.value.code, version()) == ("period_closed", 1)


def test_of_two_at_once_one_wins() -> None:
    results(50, 60)
    school, ready, met = context.school(), Barrier(4), []

    def act(amount: int) -> None:
        with context.entered(school=school):
            ready.wait()
            wish = CurveWish("flat", Decimal(amount))
            try:
                services.apply_curve(COURSE, EXAM, wish, reason="Difícil", version=1)
                met.append(amount)
            except (PreconditionFailed, Conflict):
                met.append(0)

    threads = [Thread(target=act, args=(amount,)) for amount in (1, 2, 3, 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (winner,) = filter(None, met)
    assert len(met) == 4
    (event,) = services.curve_events(COURSE, EXAM, 50, None)[0]
    assert event.curve is not None
    assert (event.curve.amount, version()) == (Decimal(winner), 2)
    assert len(entries(Action.CURVE_APPLIED)) == 1


def test_a_change_of_the_assessment_meanwhile_wins_and_nothing_is_half_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    results(50, 60)
    consolidated()
    real = repository.last

    def interrupted(*call: Any) -> int:
        services.change_assessment(COURSE, EXAM, {"weight": Decimal(2)}, version=1)
        return real(*call)

    with monkeypatch.context() as patched:
        patched.setattr(repository, "last", interrupted)
        with pytest.raises(PreconditionFailed):
            applied()
    assert services.curve_events(COURSE, EXAM, 50, None)[0] == []
    assert entries(Action.CURVE_APPLIED) == []
    assert consolidated() == [50, 60, None]


def test_our_own_write_whose_answer_was_lost_is_no_conflict(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    results(50, 60)
    real = store.patiently

    def twice(work: store.Transaction) -> None:
        real(work)
        real(work)

    monkeypatch.setattr(store, "patiently", twice)
    assert applied().number == 1
    assert version() == 2


def test_a_reason_is_needed_also_to_undo() -> None:
    results(50, 60)
    applied()
    with pytest.raises(Invalid) as refusal:
        services.undo_curve(COURSE, EXAM, reason="", version=2)
    assert refusal.value.code == "reason_missing"
