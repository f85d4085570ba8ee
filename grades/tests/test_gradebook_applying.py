"""What a table would change is changed, wholly or in part, and put back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from grades import services
from grades.domain import CellState, Change, ImportReport, Status
from grades.services.gradebook import applying
from grades.tests.cast import (
    ADA,
    AUTUMN,
    BLAS,
    COURSE,
    ESSAY,
    EXAM,
    FIRST_A,
    FIRST_B,
    MATHS,
)
from grades.tests.tables import ADMIN, URL, WHY, begin, cells, given_essay, sent, stored
from luca.aws import store
from luca.aws.audit import Action, AuditItem, day
from luca.kernel import clock, context
from tenants import services as tenants
from tenants.domain import Enrolment

if TYPE_CHECKING:
    from luca.api.tests.asking import Ask


@pytest.fixture
def send(ask: Ask, north: str) -> Ask:
    return begin(ask, north)


def test_all_changes_are_applied_with_their_reason(send: Ask) -> None:
    address = sent(send, "student,exam-1,essay", "ada,95,7", "blas,50,JUST")
    answer = send("POST", f"{address}/apply", {"cells": "all", **WHY}).json()
    assert answer["counts"] | {"waiting": 0} == {
        "waiting": 0,
        "applied": 4,
        "undone": 0,
        "conflict": 0,
        "changed": 0,
    }
    assert (answer["left"], answer["items"]) == (0, [])
    assert stored() == (Status.GRADED, 95, 2)
    assert stored(ADA, ESSAY) == (Status.GRADED, 7, 1)
    assert stored(BLAS) == (Status.GRADED, 50, 2)
    assert stored(BLAS, ESSAY) == (Status.EXCUSED, None, 1)
    reason = services.evaluation(ADA, COURSE, EXAM).reason
    assert reason == f"Capturado de la lista (import {address.rpartition('/')[2]})"
    assert services.evaluation(ADA, COURSE, EXAM).recorded_by == "teresa"


def test_only_what_was_chosen_is_applied_and_the_rest_can_follow(send: Ask) -> None:
    address = sent(send, "student,exam-1,essay", "ada,95,7")
    first = send("POST", f"{address}/apply", {"cells": ["ada/essay"], **WHY}).json()
    assert (first["counts"]["applied"], first["counts"]["waiting"]) == (1, 0)
    assert stored() == (Status.GRADED, 80, 1)
    assert [one[3] for one in cells(send, address)] == ["waiting", "applied"]
    send("POST", f"{address}/apply", WHY)
    assert stored() == (Status.GRADED, 95, 2)


def test_what_somebody_changed_meanwhile_is_not_overwritten(send: Ask) -> None:
    address = sent(send, "student,exam-1,essay", "ada,95,7")
    services.correct(None, ADA, COURSE, EXAM, Change(Decimal(81)), reason="added", version=1)
    given_essay(ADA, 3)
    answer = send("POST", f"{address}/apply", WHY).json()
    assert answer["counts"]["conflict"] == 2
    assert [(one["id"], one["state"]) for one in answer["items"]] == [
        ("ada/exam-1", "conflict"),
        ("ada/essay", "conflict"),
    ]
    assert stored() == (Status.GRADED, 81, 2)
    assert stored(ADA, ESSAY) == (Status.GRADED, 3, 1)


def test_undo_puts_back_exactly_what_the_table_changed(send: Ask) -> None:
    given_essay(BLAS, 4)
    address = sent(send, "student,exam-1,essay", "ada,95,7", "blas,50,EX")
    send("POST", f"{address}/apply", WHY)
    services.correct(None, BLAS, COURSE, EXAM, Change(Decimal(51)), reason="seen", version=2)

    answer = send("POST", f"{address}/undo", {"reason": "Lista equivocada"}).json()
    assert (answer["counts"]["undone"], answer["counts"]["changed"]) == (3, 1)
    assert [(one["id"], one["state"]) for one in answer["items"]] == [("blas/exam-1", "changed")]
    assert stored() == (Status.GRADED, 80, 3)
    assert stored(ADA, ESSAY) == (Status.MISSING, None, 2)
    assert stored(BLAS, ESSAY) == (Status.GRADED, 4, 3)
    assert stored(BLAS) == (Status.GRADED, 51, 3)
    reason = services.evaluation(ADA, COURSE, EXAM).reason
    assert reason.startswith("Lista equivocada (undo of import ")
    history = services.evaluation(ADA, COURSE, EXAM).history
    assert [one.score for one in history] == [80, 95]


def test_sent_again_each_of_them_changes_nothing_more(send: Ask) -> None:
    address = sent(send, "student,exam-1,essay", "ada,95,7", "blas,50,EX")
    everything = [(one, which) for one in (ADA, BLAS) for which in (EXAM, ESSAY)]
    applied = send("POST", f"{address}/apply", WHY).json()
    before = [stored(*one) for one in everything]
    assert send("POST", f"{address}/apply", WHY).json() == applied
    assert [stored(*one) for one in everything] == before

    undone = send("POST", f"{address}/undo", WHY).json()
    after = [stored(*one) for one in everything]
    assert send("POST", f"{address}/undo", WHY).json() == undone
    assert send("POST", f"{address}/apply", WHY).json()["counts"]["undone"] == 4
    assert [stored(*one) for one in everything] == after


def test_what_was_never_applied_is_not_undone(send: Ask) -> None:
    """Also when somebody else happened to give the very same result."""
    address = sent(send, "student,exam-1", "ada,95")
    services.correct(None, ADA, COURSE, EXAM, Change(Decimal(95)), reason="added", version=1)
    answer = send("POST", f"{address}/undo", WHY).json()
    assert (answer["counts"]["conflict"], answer["items"]) == (1, [])
    assert stored() == (Status.GRADED, 95, 2)
    assert send("POST", f"{address}/apply", WHY).json()["counts"]["conflict"] == 1


@pytest.mark.parametrize("act", ["apply", "undo"])
def test_a_reason_that_names_a_classmate_is_kept_nowhere(send: Ask, act: str) -> None:
    """It would stand in Blas's history, which his family reads, and in the log for good."""
    address = sent(send, "student,exam-1", "blas,50")
    answer = send("POST", f"{address}/{act}", {"reason": "Lo dijo Ada"})
    assert (answer.status_code, answer.json()["code"]) == (422, "reason_names_person")
    assert stored(BLAS)[2] == 1
    found = store.every(AuditItem, day(clock.now().date()))
    assert [one.reason for one in found if "Ada" in (one.reason or "")] == []


@pytest.mark.parametrize("reason", ["", "  ", "x" * 441, "a\nb", "\ud800"])
def test_a_change_needs_a_reason(send: Ask, reason: str) -> None:
    address = sent(send, "student,exam-1", "ada,95")
    body = {"reason": reason}
    for act in ("apply", "undo"):
        assert send("POST", f"{address}/{act}", body).status_code in {400, 422}
    assert stored() == (Status.GRADED, 80, 1)


@pytest.mark.parametrize("chosen", ["some", [], ["ada/essay"], ["carla/exam-1"], 7])
def test_only_changes_can_be_chosen(send: Ask, chosen: Any) -> None:
    address = sent(send, "student,exam-1,essay", "ada,95,")
    answer = send("POST", f"{address}/apply", {"cells": chosen, **WHY})
    assert answer.status_code == 422
    assert stored() == (Status.GRADED, 80, 1)


def test_a_closed_period_is_corrected_by_an_admin_only(send: Ask) -> None:
    address = sent(send, "student,exam-1", "ada,95")
    tenants.close_period(AUTUMN)
    answer = send("POST", f"{address}/apply", WHY).json()
    assert [(one["state"], one["code"]) for one in answer["items"]] == [
        ("waiting", "period_closed")
    ]
    answer = send("POST", f"{address}/apply", WHY, who=ADMIN).json()
    assert answer["counts"]["applied"] == 1


def test_who_left_the_group_meanwhile_is_not_graded_by_its_teacher(send: Ask) -> None:
    address = sent(send, "student,exam-1", "ada,95", "blas,5")
    tenants.enrol(MATHS, AUTUMN, [Enrolment(ADA, FIRST_B)])
    answer = send("POST", f"{address}/apply", WHY).json()
    assert [(one["id"], one["state"]) for one in answer["items"]] == [("ada/exam-1", "waiting")]
    assert (stored(), stored(BLAS)[1]) == ((Status.GRADED, 80, 1), 5)


def test_acts_are_recorded(send: Ask) -> None:
    address = sent(send, "student,exam-1", "ada,95")
    send("POST", f"{address}/apply", WHY)
    send("POST", f"{address}/undo", WHY)
    found = store.every(AuditItem, day(clock.now().date()), consistent=True)
    acts = [one for one in found if one.action.startswith("grades.import")]
    about = f"import:{address.rpartition('/')[2]}"
    assert [(one.action, one.about, one.reason, one.actor) for one in acts] == [
        (Action.GRADES_IMPORTED, about, WHY["reason"], "teresa"),
        (Action.GRADES_IMPORT_UNDONE, about, WHY["reason"], "teresa"),
    ]
    assert acts[0].details == {"gradebook": f"{MATHS}/{AUTUMN}/{FIRST_A}", "cells": "1"}


def test_who_has_no_time_left_is_told_what_is_left(
    send: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "AT_ONCE", 1)
    monkeypatch.setattr(applying, "PATIENCE", timedelta())
    address = sent(send, "student,exam-1,essay", "ada,95,7")
    answers = [send("POST", f"{address}/apply", WHY).json() for _ in range(2)]
    assert [(one["left"], one["counts"]["applied"]) for one in answers] == [(1, 1), (0, 2)]


def test_words_are_applied_and_put_back(send: Ask) -> None:
    address = sent(send, "student,exam-1,essay", "ada,PEND,EXENTO", "blas,70,PEND")
    assert send("POST", f"{address}/apply", WHY).json()["items"] == []
    assert (stored()[0], stored(ADA, ESSAY)[0]) == (Status.PENDING, Status.EXEMPT)
    assert (stored(BLAS)[:2], stored(BLAS, ESSAY)[0]) == ((Status.GRADED, 70), Status.PENDING)
    text = send("GET", f"{URL}?format=csv").content.decode("utf-8-sig")
    again = send("GET", sent(send, content=text.encode())).json()["counts"]
    assert again == {"unchanged": 4, "new": 0, "corrected": 0, "refused": 0}

    assert send("POST", f"{address}/undo", WHY).json()["items"] == []
    assert (stored(), stored(BLAS)) == ((Status.GRADED, 80, 3), (Status.EXCUSED, None, 3))
    assert stored(ADA, ESSAY)[:2] == stored(BLAS, ESSAY)[:2] == (Status.MISSING, None)
    text = send("GET", f"{URL}?format=csv").content.decode("utf-8-sig")
    ada, blas = text.splitlines()[-2:]
    assert (sorted(ada.split(",")[2:]), sorted(blas.split(",")[2:])) == (["", "80"], ["", "EX"])


def test_two_who_apply_at_once_change_each_cell_once(send: Ask) -> None:
    address = sent(send, "student,exam-1,essay", "ada,95,7", "blas,50,EX")
    identity = address.rpartition("/")[2]

    def apply(_: int) -> ImportReport:
        return services.apply_import(COURSE, FIRST_A, identity, cells=None, reason="Lista")

    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(context.carried(apply), range(4)))
    everything = [stored(one, which) for one in (ADA, BLAS) for which in (EXAM, ESSAY)]
    assert [version for _, _, version in everything] == [2, 1, 2, 1]
    assert {one.counts[CellState.APPLIED] for one in reports} == {4}
    assert not [found for one in reports for found in one.outcomes if found.error]
